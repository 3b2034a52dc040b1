//! A table that fits a width: columns are left out from the last on, and empty ones first.

use super::super::super::jobs::words::NOTHING;

/// Between two columns.
const GAP: usize = 2;
/// Where a first column is cut.
const NAME: usize = 44;

/// The header and the rows, each a line of at most `width` columns.
pub(super) fn lines(
    heads: &[&str],
    rows: &[Vec<String>],
    width: usize,
    texts: usize,
) -> Vec<String> {
    let is_empty = |text: &String| text.is_empty() || text == NOTHING;
    let is_told = |at: &usize| *at == 0 || rows.iter().any(|row| !is_empty(&row[*at]));
    let mut all = vec![heads.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>()];
    all.extend(rows.iter().map(|row| {
        let cut =
            |(at, text): (usize, &String)| if at == 0 { cut(text, NAME) } else { text.clone() };
        row.iter().enumerate().map(cut).collect()
    }));
    let column = |at: usize| all.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let mut shown: Vec<(usize, usize)> = Vec::new();
    let mut used = 0;
    for at in (0..heads.len()).filter(is_told) {
        let is_last = at + 1 == heads.len();
        let (gap, wide) = (if shown.is_empty() { 0 } else { GAP }, column(at));
        // The last column, of texts, may be cut.
        let room = width.saturating_sub(used + gap);
        if wide > room && !(shown.is_empty() || is_last && room >= 8) {
            break;
        }
        shown.push((at, wide.min(room)));
        used += gap + wide.min(room);
    }
    let line = |row: &Vec<String>| {
        let cells = shown.iter().map(|(at, wide)| {
            let text = cut(&row[*at], *wide);
            let padding = " ".repeat(wide - text.chars().count());
            if (2..texts).contains(at) { padding + &text } else { text + &padding }
        });
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    all.iter().map(line).collect()
}

/// A text in at most so many columns.
pub(super) fn cut(text: &str, width: usize) -> String {
    match text.chars().count() {
        count if count <= width => text.to_owned(),
        _ => text.chars().take(width.saturating_sub(1)).chain(['…']).take(width).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_from_the_last_on() {
        let heads = ["run", "state", "n", "none", "overrides"];
        let row = ["e/0001", "running", "10", "-", "distill=1 seed=2"].map(str::to_owned).to_vec();
        let at = |width| lines(&heads, std::slice::from_ref(&row), width, 4);
        assert_eq!(
            at(80),
            ["run     state     n  overrides", "e/0001  running  10  distill=1 seed=2"]
        );
        assert_eq!(at(30)[1], "e/0001  running  10  distill=…");
        assert_eq!(at(20)[1], "e/0001  running  10".to_owned());
        assert_eq!(at(10)[1], "e/0001");
        assert_eq!(at(3)[1], "e/…");
    }
}
