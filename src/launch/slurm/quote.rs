//! Values in a job file: for the shell, for `sbatch`, for somebody who reads.
//!
//! A value comes from a user and may be anything. Invariant: whatever it holds, the shell takes it for
//! one word, `sbatch` for one value, and neither for a line of its own.

use std::fmt::Write;
use std::path::Path;

use super::SlurmError;

/// What needs no quotes anywhere in a word of a shell.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-./=:,+@%^".contains(c)
}

/// One word for bash.
///
/// | value | written |
/// |---|---|
/// | letters, digits and `_-./=:,+@%^` | as it is |
/// | with a line break or another control character | `$'a\nb'` |
/// | empty, or with anything else | `'a b'` |
///
/// # Errors
/// A null character, which no argument of a program can hold.
pub(super) fn shell(text: &str) -> Result<String, SlurmError> {
    if text.contains('\0') {
        return Err(SlurmError::Unwritable { text: text.into(), problem: "a null character" });
    }
    if !text.is_empty() && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    if text.chars().any(char::is_control) {
        return Ok(ansi_c(text));
    }
    Ok(format!("'{}'", text.replace('\'', r"'\''")))
}

/// bash's `$'...'`, which keeps a line break on its line.
fn ansi_c(text: &str) -> String {
    let mut quoted = String::from("$'");
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\\' | '\'' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                // As bytes: what `\u` means depends on the locale of the job.
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    write!(quoted, "\\x{byte:02x}").expect("a string takes everything");
                }
            }
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

/// A value after `#SBATCH --key=`. `sbatch` ends a value at a space unless it is in quotes, and takes
/// `#` for a comment even there unless it is escaped.
///
/// # Errors
/// A control character: a line break would begin a line of its own.
pub(super) fn directive(text: &str) -> Result<String, SlurmError> {
    if text.chars().any(char::is_control) {
        let problem = "a line break or another control character";
        return Err(SlurmError::Unwritable { text: text.into(), problem });
    }
    if !text.is_empty() && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '#') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    Ok(quoted)
}

/// The rest of a line of comment: on one line, whatever it holds.
pub(super) fn comment(text: &str) -> String {
    let one = |c: char| {
        let escaped: String = if c.is_control() { c.escape_default().collect() } else { c.into() };
        escaped
    };
    text.chars().map(one).collect()
}

/// A path as a text.
///
/// # Errors
/// One that is no UTF-8: a job file is a text.
pub(super) fn path(path: &Path) -> Result<&str, SlurmError> {
    path.to_str().ok_or_else(|| SlurmError::Unwritable {
        text: path.to_string_lossy().into_owned(),
        problem: "bytes that are no UTF-8",
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::process::Command;

    use super::*;

    const HOSTILE: [&str; 20] = [
        "",
        " ",
        "plain=1,2",
        "-rf",
        "--",
        "~/x",
        "a b",
        "; rm -rf /",
        "it's",
        "\"double\"",
        "'",
        "''\\''",
        "$(touch x)",
        "`touch x`",
        "${HOME} $HOME",
        "two\nlines",
        "tab\tbell\u{7}cr\rend",
        "back\\slash\\",
        "# no comment",
        "ünïcødé {a,b} * ? [c] ! & | < > \u{85}",
    ];

    #[test]
    fn the_shell_gives_back_what_it_got() {
        let words = HOSTILE.map(|text| shell(text).unwrap()).join(" ");
        assert!(!words.contains('\n'));
        // What the words are, between null characters.
        let script = format!("printf '%s\\0' {words}");
        let output = Command::new("bash").args(["-c", &script]).env("LC_ALL", "C").output();
        let found = String::from_utf8(output.unwrap().stdout).unwrap();
        let found: Vec<&str> = found.strip_suffix('\0').unwrap().split('\0').collect();
        assert_eq!(found, HOSTILE);
    }

    #[test]
    fn the_readable_form_is_taken_where_there_is_one() {
        for (text, expected) in [
            ("distill=0,0.5", "distill=0,0.5"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("a\nb", r"$'a\nb'"),
            ("", "''"),
        ] {
            assert_eq!(shell(text).unwrap(), expected);
        }
        assert!(shell("a\0b").is_err());
    }

    #[test]
    fn a_directive_stays_on_its_line() {
        for (text, expected) in [
            ("gpu:2", "gpu:2"),
            ("a b", "\"a b\""),
            ("", "\"\""),
            ("a \"b\" #c \\d", r#""a \"b\" \#c \\d""#),
            ("it's $(x)", "\"it's $(x)\""),
        ] {
            assert_eq!(directive(text).unwrap(), expected);
        }
        for text in ["a\n#SBATCH --uid=0", "a\rb", "a\tb", "\u{85}"] {
            let error = directive(text).unwrap_err().to_string();
            assert!(error.contains("control character"), "{error}");
        }
    }

    #[test]
    fn a_comment_stays_on_its_line() {
        assert_eq!(comment("a\n#SBATCH \u{1b}[0m ü"), "a\\n#SBATCH \\u{1b}[0m ü");
    }

    #[test]
    fn a_path_has_to_be_a_text() {
        assert_eq!(path(Path::new("/a b")).unwrap(), "/a b");
        let error = path(Path::new(OsStr::from_bytes(b"/a\xff"))).unwrap_err().to_string();
        assert!(error.contains("UTF-8"), "{error}");
    }
}
