//! The lines `# @key value` at the top of a config file.

/// How much of the file Hydra looks at, in characters.
const HEAD: usize = 512;

/// The package that the header names.
///
/// Reading stops at the first line that is neither blank nor a header.
///
/// # Errors
/// What is wrong with a header line.
pub(crate) fn read_header(text: &str) -> Result<Option<String>, String> {
    let end = text.char_indices().nth(HEAD).map_or(text.len(), |(at, _)| at);
    let mut package = None;
    for line in text[..end].lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some(comment) = line.strip_prefix('#') else { break };
        if !comment.trim_start().starts_with('@') {
            break;
        }
        let line = line.trim_start_matches('#').trim();
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        match words[..] {
            [key, value] => {
                if key == "@package" {
                    package = Some(value.to_owned());
                }
            }
            [] | [_] => return Err(format!("expected `# @key value`, got `{line}`")),
            _ => return Err(format!("too many words in `{line}`")),
        }
    }
    Ok(package)
}

#[cfg(test)]
mod tests {
    use super::read_header;

    #[test]
    fn rows() {
        for (text, expected) in [
            ("# @package _global_\na: 1", Ok(Some("_global_".to_owned()))),
            ("\n\n  #  @package  foo.bar \n", Ok(Some("foo.bar".to_owned()))),
            ("# comment\n# @package x", Ok(None)),
            ("a: 1\n# @package x", Ok(None)),
            ("", Ok(None)),
            ("# @package", Err(())),
            ("# @package a b", Err(())),
        ] {
            assert_eq!(read_header(text).map_err(|_| ()), expected, "{text:?}");
        }
    }
}
