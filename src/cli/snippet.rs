//! One error of a config as it is shown: what is wrong, the text it is about, what to write instead.
//!
//! Decides the layout only. A text that cannot be shown (a file that is gone or is no UTF-8) leaves
//! the place; the message is never lost.

use std::io::IsTerminal;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin as Place, Renderer, Snippet,
};

use crate::config::{ConfigError, Origin};
use crate::files;

use super::span;

/// How many alternatives are listed.
const LISTED: usize = 16;
/// Where a line is cut, in characters.
const WIDTH: usize = 120;

/// How errors are rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// For files and pipes.
    Plain,
    /// For a terminal.
    Colored,
}

impl Style {
    /// What stderr takes: colours on a terminal, unless `NO_COLOR` is set.
    pub(super) fn of_stderr() -> Self {
        Self::of(&std::io::stderr())
    }

    /// What stdout takes.
    pub(super) fn of_stdout() -> Self {
        Self::of(&std::io::stdout())
    }

    fn of(stream: &impl IsTerminal) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        if wanted && is_drawn_on(stream) { Self::Colored } else { Self::Plain }
    }
}

/// Whether a stream is a terminal that can do more than print one line after the other.
pub(super) fn is_drawn_on(stream: &impl IsTerminal) -> bool {
    let is_able = std::env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb");
    is_able && stream.is_terminal()
}

/// An error, with `help` lines below it.
pub(super) fn render(error: &ConfigError, help: &[String], style: Style) -> String {
    let title = format!("failed to {}", error.kind());
    let group = Group::with_title(Level::ERROR.primary_title(title));
    let group = with_place(group, error);
    let notes = notes(error).into_iter().map(|note| Level::NOTE.message(note));
    let help = help.iter().map(|text| Level::HELP.message(text.as_str()));
    let group = group.elements(notes).elements(help);
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colored => Renderer::styled(),
    };
    renderer.term_width(WIDTH).render(&[group])
}

fn notes(error: &ConfigError) -> Vec<String> {
    let mut notes = Vec::new();
    if !error.also().is_empty() {
        notes.push(format!("the same goes for: {}", listed(error.also())));
    }
    if !error.expected().is_empty() {
        notes.push(format!("expected one of: {}", listed(error.expected())));
    }
    if !error.searched().is_empty() {
        notes.push(format!("searched: {}", error.searched().join(", ")));
    }
    notes
}

fn listed(names: &[String]) -> String {
    match names.len() {
        0..=LISTED => names.join(", "),
        more => format!("{}, and {} more", names[..LISTED].join(", "), more - LISTED),
    }
}

fn with_place<'a>(group: Group<'a>, error: &ConfigError) -> Group<'a> {
    match error.origin() {
        None => group,
        Some(Origin::Argument { index, text }) => {
            let label = format!("argument {index}");
            group.element(argument(text, span::in_override(text, error), label))
        }
        Some(Origin::File { path, line, column } | Origin::Site { path, line, column }) => {
            match snippet(path, *line, *column, error) {
                Some(snippet) => group.element(snippet),
                None => {
                    let place = Place::path(path.display().to_string());
                    group.element(place.line(*line).char_column(*column))
                }
            }
        }
        Some(origin @ (Origin::Default { .. } | Origin::Runtime)) => {
            group.element(Place::path(origin.to_string()))
        }
    }
}

fn argument<'a>(text: &str, span: Range<usize>, label: String) -> Snippet<'a, Annotation<'a>> {
    let annotation = AnnotationKind::Primary.span(span).label(label);
    Snippet::source(text.to_owned()).line_numbering(false).annotation(annotation)
}

/// The line of a file with what is wrong underlined.
fn snippet<'a>(
    path: &Path,
    line: usize,
    column: usize,
    error: &ConfigError,
) -> Option<Snippet<'a, Annotation<'a>>> {
    let text = files::read_to_string(path).ok()?;
    let lines: Vec<&str> = text.lines().collect();
    let (index, span) = match path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
        true => span::in_file(&lines, line, column, error)?,
        false => in_override_file(&lines, line, column, error)?,
    };
    let annotation = AnnotationKind::Primary.span(span);
    let shown = path.display().to_string();
    let source = Snippet::source(lines[index].to_owned()).path(shown).line_start(index + 1);
    Some(source.annotation(annotation))
}

/// A line of an `@FILE` is an override from its column on.
fn in_override_file(
    lines: &[&str],
    line: usize,
    column: usize,
    error: &ConfigError,
) -> Option<(usize, Range<usize>)> {
    let index = line.checked_sub(1)?;
    let text = lines.get(index)?;
    let (at, _) = text.char_indices().nth(column.checked_sub(1)?)?;
    let code = text[at..].split(" #").next().unwrap_or_default().trim_end();
    let span = span::in_override(code, error);
    Some((index, at + span.start..at + span.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ErrorKind;

    fn shown(error: ConfigError, help: &[&str]) -> String {
        let help: Vec<String> = help.iter().map(|text| (*text).to_owned()).collect();
        render(&error, &help, Style::Plain)
    }

    fn wrong(key: &str) -> ConfigError {
        let problem = "expected a number, got 'abc'".to_owned();
        ErrorKind::WrongValue { key: key.to_owned(), problem }.into()
    }

    #[test]
    fn an_argument_is_underlined() {
        let error = wrong("opt.lr").at(&Origin::argument(2, "opt.lr=abc"));
        let expected = "\
error: failed to use the value of `opt.lr`: expected a number, got 'abc'
 |
 | opt.lr=abc
 |        ^^^ argument 2
 |
 = note: expected one of: a, b
 = help: did you mean `a`?";
        let error = error.expecting("", vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(shown(error, &["did you mean `a`?"]), expected);
    }

    #[test]
    fn a_line_of_a_file_is_underlined() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sgd.yaml");
        files::write_atomic(&path, b"# SGD\nlr: abc  # high\n").unwrap();
        let text = shown(wrong("opt.lr").at(&Origin::file(&path, 2, 5)), &[]);
        let expected = "\
error: failed to use the value of `opt.lr`: expected a number, got 'abc'
 --> DIR/sgd.yaml:2:5
  |
2 | lr: abc  # high
  |     ^^^";
        assert_eq!(text.replace(&dir.path().display().to_string(), "DIR"), expected);
        let overrides = dir.path().join("job.txt");
        files::write_atomic(&overrides, "a=1\n  opt.lr=abc # é\n".as_bytes()).unwrap();
        let text = shown(wrong("opt.lr").at(&Origin::file(&overrides, 2, 3)), &[]);
        assert!(text.contains("job.txt:2:10\n") && text.ends_with("         ^^^"), "{text}");
    }

    #[test]
    fn what_cannot_be_shown_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.yaml");
        let error = wrong("a").at(&Origin::file(&path, 7, 3));
        let gone = shown(error.clone(), &[]);
        assert!(gone.ends_with("x.yaml:7:3") && gone.starts_with("error: failed to use"), "{gone}");
        for bytes in [&b"\xff\xfe\n\n\n\n\n\n  a: 1"[..], b"a: 1\n"] {
            files::write_atomic(&path, bytes).unwrap();
            assert_eq!(shown(error.clone(), &[]), gone);
        }
        assert_eq!(shown(wrong("a"), &[]), gone.lines().next().unwrap());
    }

    #[test]
    fn long_lines_and_lists_are_cut() {
        let text = format!("a=[{}abc]", "1234,".repeat(500));
        let names: Vec<String> = (0..40).map(|i| format!("name{i}")).collect();
        let error = wrong("a").at(&Origin::argument(1, &text)).expecting("abc", names);
        let text = shown(error, &[]);
        assert!(text.lines().all(|line| line.chars().count() <= 250), "{text}");
        assert!(text.contains("abc]") && text.contains("name15, and 24 more"), "{text}");
    }
}
