//! `@FILE`: overrides from a text file, one per line.
//!
//! `#` outside quotes starts a comment (it has no other meaning in an unquoted override); blank
//! lines are skipped.

use std::path::Path;
use std::sync::Arc;

use super::ast::OverrideArg;
use crate::config::error::ConfigError;
use crate::config::origin::Origin;
use crate::config::text;

impl OverrideArg {
    /// Reads the overrides of a file; each knows its line.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read_file(path: &Path) -> Result<Vec<OverrideArg>, ConfigError> {
        let text = text::read(path, &path.display().to_string())?;
        Ok(lines(&text, &path.into()))
    }
}

fn lines(text: &str, path: &Arc<Path>) -> Vec<OverrideArg> {
    let lines = text.lines().enumerate().map(|(index, line)| {
        let code = without_comment(line);
        let text = code.trim();
        let column = code.chars().count() - code.trim_start().chars().count() + 1;
        let origin = Origin::File { path: Arc::clone(path), line: index + 1, column };
        OverrideArg { text: text.to_owned(), origin }
    });
    lines.filter(|one| !one.text.is_empty()).collect()
}

fn without_comment(line: &str) -> &str {
    let (mut quote, mut slashes) = (None, 0);
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '#') => return &line[..at],
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open && slashes % 2 == 0 => quote = None,
            _ => {}
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
    }
    line
}

#[cfg(test)]
mod tests {
    use super::lines;
    use std::path::Path;

    #[test]
    fn comments_and_blanks() {
        let text = "a=1\n\n# no\n  b=2  # two\n+c='x # y'\nd='it\\'s #' # z\n";
        let read = lines(text, &Path::new("f.txt").into());
        let texts: Vec<&str> = read.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["a=1", "b=2", "+c='x # y'", "d='it\\'s #'"]);
        assert_eq!(read[1].origin.to_string(), "f.txt:4:3");
    }
}
