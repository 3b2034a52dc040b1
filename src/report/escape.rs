//! Text that goes into a page or is read by a shell.

/// Escapes text for HTML and SVG, inside elements and inside quoted attributes.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not allowed in HTML, even as references.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A command line that a POSIX shell reads back as the same words.
pub(super) fn shell(words: &[String]) -> String {
    words.iter().map(|w| shell_word(w)).collect::<Vec<_>>().join(" ")
}

fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./_-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(
            html("<script>&\"x'\u{0}</script>"),
            "&lt;script&gt;&amp;&quot;x&#39;\u{fffd}&lt;/script&gt;"
        );
    }

    #[test]
    fn shell_words() {
        for (word, quoted) in [
            ("a=1", "a=1"),
            ("", "''"),
            ("a b", "'a b'"),
            ("; rm -rf $(x)", "'; rm -rf $(x)'"),
            ("it's", r"'it'\''s'"),
            ("~/x", "'~/x'"),
        ] {
            assert_eq!(shell(&[word.to_owned()]), quoted);
        }
    }
}
