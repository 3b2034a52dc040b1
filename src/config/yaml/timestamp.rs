//! Texts that YAML 1.1 reads as dates: OmegaConf keeps them as texts and quotes them when printed.

/// Dates, with or without a time.
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |at: usize, min: usize, max: usize| {
        let length = bytes[at..].iter().take(max).take_while(|b| b.is_ascii_digit()).count();
        (length >= min).then_some(at + length)
    };
    let expect = |at: usize, b: u8| (bytes.get(at) == Some(&b)).then_some(at + 1);
    let date = || {
        let at = number(0, 4, 4)?;
        let month = expect(at, b'-')?;
        let at = number(month, 1, 2)?;
        let day = expect(at, b'-')?;
        let end = number(day, 1, 2)?;
        let strict = at - month == 2 && end - day == 2;
        if end == bytes.len() { strict.then_some(end) } else { time(bytes, end) }
    };
    text.is_ascii() && date() == Some(bytes.len())
}

/// The time of a timestamp from `at` on; its end.
fn time(bytes: &[u8], at: usize) -> Option<usize> {
    let blanks =
        |at: usize| at + bytes[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let digits = |at: usize, min: usize, max: usize| {
        let length = bytes.get(at..)?.iter().take(max).take_while(|b| b.is_ascii_digit()).count();
        (length >= min).then_some(at + length)
    };
    let expect = |at: usize, b: u8| (bytes.get(at) == Some(&b)).then_some(at + 1);
    let start = match bytes.get(at)? {
        b'T' | b't' => at + 1,
        b' ' | b'\t' => blanks(at),
        _ => return None,
    };
    let minutes = expect(digits(start, 1, 2)?, b':')?;
    let seconds = expect(digits(minutes, 2, 2)?, b':')?;
    let mut end = digits(seconds, 2, 2)?;
    if let Some(fraction) = expect(end, b'.') {
        end = digits(fraction, 0, usize::MAX)?;
    }
    let zone = blanks(end);
    match bytes.get(zone) {
        None => (zone == end).then_some(end),
        Some(b'Z') => Some(zone + 1),
        Some(b'+' | b'-') => {
            let hours = digits(zone + 1, 1, 2)?;
            match expect(hours, b':') {
                Some(minutes) => digits(minutes, 2, 2),
                None => Some(hours),
            }
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn rows() {
        for text in ["2020-01-01", "2020-1-1 10:00:00", "2001-12-14t21:59:43.10-05:00"] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in ["2020-1-1", "2020-01-01x", "2020-01-01 10:00", "20-01-01"] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
