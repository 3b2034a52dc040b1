//! Scalars: when to quote, how to fold at 80 columns.
//!
//! | scalar | style |
//! |---|---|
//! | text that reads as text | plain |
//! | text that would read as something else, or has indicators, edge blanks, line breaks | single quotes, `'` doubled, line breaks doubled |
//! | text with control characters, tabs, blanks beside line breaks; keys with line breaks | double quotes |

use crate::config::node::Value;
use crate::config::python;
use crate::config::yaml::scalar as yaml;

const WIDTH: usize = 80;
const BREAKS: [char; 4] = ['\n', '\u{85}', '\u{2028}', '\u{2029}'];

/// Whether a scalar is a key on one line (never folded) or anything else.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Key,
    Value,
}

/// Text under construction, with what PyYAML's emitter remembers of it.
pub(super) struct Writer {
    pub(super) text: String,
    column: usize,
    /// The last character was white space.
    whitespace: bool,
    /// The line holds nothing but indentation and `-`, `?`, `:`.
    indention: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self { text: String::new(), column: 0, whitespace: true, indention: true }
    }
}

impl Writer {
    pub(super) fn at_line_start(&self) -> bool {
        self.column == 0
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    fn indicator(&mut self, text: &str, spaced: bool, whitespace: bool, indention: bool) {
        if spaced && !self.whitespace {
            self.push(" ");
        }
        self.push(text);
        self.whitespace = whitespace;
        self.indention &= indention;
    }

    /// `-`, `?` and `:` that start an item.
    pub(super) fn dash(&mut self, text: &str) {
        self.indicator(text, true, false, true);
    }

    /// `{}`, `[]`.
    pub(super) fn word(&mut self, text: &str) {
        self.indicator(text, true, false, false);
    }

    /// `:` after a key.
    pub(super) fn attach(&mut self, text: &str) {
        self.indicator(text, false, false, false);
    }

    pub(super) fn line_break(&mut self) {
        self.text.push('\n');
        self.column = 0;
        self.whitespace = true;
        self.indention = true;
    }

    fn other_break(&mut self, c: char) {
        self.text.push(c);
        self.column = 0;
        self.whitespace = true;
        self.indention = true;
    }

    /// Starts a line at `indent`, unless the line is still blank there.
    pub(super) fn indent(&mut self, indent: usize) {
        if !self.indention || self.column > indent || self.column == indent && !self.whitespace {
            self.line_break();
        }
        if self.column < indent {
            let spaces = " ".repeat(indent - self.column);
            self.push(&spaces);
            self.whitespace = true;
        }
    }
}

/// Prints a scalar; folded lines continue at `indent`.
pub(super) fn scalar_text(out: &mut Writer, value: &Value, indent: usize, place: Place) {
    match value {
        Value::Null => plain(out, "null", indent, place),
        Value::Bool(b) => plain(out, if *b { "true" } else { "false" }, indent, place),
        Value::Int(i) => plain(out, &i.to_string(), indent, place),
        Value::Float(x) => plain(out, &float(*x), indent, place),
        Value::Str(text) => string(out, text, indent, place),
        Value::List(_) | Value::Map(_) => {}
    }
}

fn float(x: f64) -> String {
    if x.is_nan() {
        return ".nan".to_owned();
    }
    if x.is_infinite() {
        return if x > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let repr = python::float_repr(x);
    if repr.contains('.') { repr } else { repr.replacen('e', ".0e", 1) }
}

fn string(out: &mut Writer, text: &str, indent: usize, place: Place) {
    let analysis = Analysis::of(text);
    let quoted = looks_typed(text);
    let breaks_key = place == Place::Key && (analysis.multiline || text.is_empty());
    if !quoted && analysis.plain && !breaks_key && !yaml::needs_quotes(text) {
        plain(out, text, indent, place);
    } else if analysis.single && !(place == Place::Key && analysis.multiline) {
        single(out, text, indent, place);
    } else {
        double(out, text, indent, place);
    }
}

/// Texts that OmegaConf quotes because Python reads them as a number or YAML 1.1 as a boolean.
fn looks_typed(text: &str) -> bool {
    const BOOLS: [&str; 8] = ["y", "n", "yes", "no", "true", "false", "on", "off"];
    let lower = text.to_ascii_lowercase();
    let upper = text.to_ascii_uppercase();
    let is_case = text == lower || text == upper || {
        let mut chars = text.chars();
        let first = chars.next();
        first.is_some_and(char::is_uppercase) && lower.ends_with(chars.as_str())
    };
    (BOOLS.contains(&lower.as_str()) && is_case)
        || python::is_int(text)
        || python::parse_float(text).is_some()
}

/// Which styles a text allows.
struct Analysis {
    multiline: bool,
    plain: bool,
    single: bool,
}

impl Analysis {
    fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let blank =
            |c: Option<&char>| c.is_none_or(|c| "\0 \t\r\n\u{85}\u{2028}\u{2029}".contains(*c));
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut multiline) = (false, false);
        let (mut break_space, mut space_break) = (false, false);
        for (index, &c) in chars.iter().enumerate() {
            let next_blank = blank(chars.get(index + 1));
            let previous = index.checked_sub(1).map(|i| chars[i]);
            indicators |= match (index, c) {
                (0, '?' | ':' | '-') => next_blank,
                (0, c) => "#,[]{}&*!|>'\"%@`".contains(c),
                (_, ':') => next_blank,
                (_, '#') => blank(previous.as_ref()),
                _ => false,
            };
            let is_break = BREAKS.contains(&c);
            multiline |= is_break;
            special |= !(c == '\n' || is_printable(c));
            break_space |= c == ' ' && previous.is_some_and(|p| BREAKS.contains(&p));
            space_break |= is_break && previous == Some(' ');
        }
        let edge = |c: Option<&char>| c.is_some_and(|c| *c == ' ' || BREAKS.contains(c));
        let edges = edge(chars.first()) || edge(chars.last());
        let single = !(break_space || space_break || special);
        let plain = single && !(indicators || edges || multiline);
        Self { multiline, plain, single }
    }
}

fn is_printable(c: char) -> bool {
    (' '..='~').contains(&c)
        || c != '\u{feff}'
            && (c == '\u{85}'
                || ('\u{a0}'..='\u{d7ff}').contains(&c)
                || ('\u{e000}'..='\u{fffd}').contains(&c)
                || ('\u{10000}'..'\u{10ffff}').contains(&c))
}

fn plain(out: &mut Writer, text: &str, indent: usize, place: Place) {
    if text.is_empty() {
        return;
    }
    if !out.whitespace {
        out.push(" ");
    }
    out.whitespace = false;
    out.indention = false;
    words(out, text, indent, place, |_| true);
}

/// Writes words and the blanks between them, folding at single blanks; `may_fold` is asked with
/// the position of the blank.
fn words(
    out: &mut Writer,
    text: &str,
    indent: usize,
    place: Place,
    may_fold: impl Fn(usize) -> bool,
) {
    let mut rest = text;
    let mut at = 0;
    while !rest.is_empty() {
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        if spaces > 0 {
            let fold = spaces == 1 && out.column > WIDTH && place == Place::Value && may_fold(at);
            if fold {
                out.indent(indent);
                out.whitespace = false;
                out.indention = false;
            } else {
                out.push(&rest[..spaces]);
            }
            rest = &rest[spaces..];
            at += spaces;
        }
        let word = rest.find(' ').unwrap_or(rest.len());
        out.push(&rest[..word]);
        rest = &rest[word..];
        at += word;
    }
}

fn single(out: &mut Writer, text: &str, indent: usize, place: Place) {
    out.indicator("'", true, false, false);
    let mut rest = text;
    let mut start = 0;
    while !rest.is_empty() {
        let line = rest.find(BREAKS).unwrap_or(rest.len());
        let last = start + line == text.len();
        let escaped = rest[..line].replace('\'', "''");
        let length = escaped.len();
        let first = start == 0;
        words(out, &escaped, indent, place, |at| !(first && at == 0 || last && at + 1 == length));
        rest = &rest[line..];
        let breaks = rest.len() - rest.trim_start_matches(BREAKS).len();
        if breaks > 0 {
            if rest.starts_with('\n') {
                out.line_break();
            }
            for c in rest[..breaks].chars() {
                if c == '\n' { out.line_break() } else { out.other_break(c) }
            }
            out.indent(indent);
        }
        rest = &rest[breaks..];
        start += line + breaks;
    }
    out.indicator("'", false, false, false);
}

fn double(out: &mut Writer, text: &str, indent: usize, place: Place) {
    out.indicator("\"", true, false, false);
    let chars: Vec<char> = text.chars().collect();
    let (mut start, mut end) = (0, 0);
    while end <= chars.len() {
        let c = chars.get(end).copied();
        let escape = c.is_none_or(|c| {
            "\"\\\u{85}\u{2028}\u{2029}\u{feff}".contains(c)
                || !((' '..='~').contains(&c)
                    || ('\u{a0}'..='\u{d7ff}').contains(&c)
                    || ('\u{e000}'..='\u{fffd}').contains(&c))
        });
        if escape {
            if start < end {
                out.push(&chars[start..end].iter().collect::<String>());
                start = end;
            }
            if let Some(c) = c {
                out.push(&escaped(c));
                start = end + 1;
            }
        }
        let inside = 0 < end && end + 1 < chars.len();
        let too_long = out.column + end > WIDTH + start;
        if inside && (c == Some(' ') || start >= end) && too_long && place == Place::Value {
            fold_double(out, &chars, &mut start, end, indent);
        }
        end += 1;
    }
    out.indicator("\"", false, false, false);
}

fn fold_double(out: &mut Writer, chars: &[char], start: &mut usize, end: usize, indent: usize) {
    if *start < end {
        out.push(&chars[*start..end].iter().collect::<String>());
        *start = end;
    }
    out.push("\\");
    out.indent(indent);
    out.whitespace = false;
    out.indention = false;
    if chars.get(*start) == Some(&' ') {
        out.push("\\");
    }
}

fn escaped(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            let code = c as u32;
            return match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
