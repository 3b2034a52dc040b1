//! Aligned columns for a terminal.
//!
//! Decides the layout only. The last column is not padded and columns without a word in any row are
//! left out.

use crate::cli::snippet::Style;
use crate::launch::JobState;

use super::words::{NOTHING, painted};

/// A text of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Cell {
    text: String,
    is_number: bool,
    /// The state whose colour it has; `Some(None)` for what is broken.
    colour: Option<Option<JobState>>,
}

impl Cell {
    /// Flush left.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_number: false, colour: None }
    }

    /// Flush right.
    pub fn number(text: impl ToString) -> Self {
        Self { text: text.to_string(), is_number: true, colour: None }
    }

    /// In the colour of a state; `None` is that of what is broken.
    pub fn in_colour_of(self, state: Option<JobState>) -> Self {
        Self { colour: Some(state), ..self }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty() || self.text == NOTHING
    }

    fn padded(&self, width: usize, style: Style) -> String {
        let padding = " ".repeat(width.saturating_sub(self.text.chars().count()));
        let text = match self.colour {
            Some(state) => painted(&self.text, state, style),
            None => self.text.clone(),
        };
        if self.is_number { padding + &text } else { text + &padding }
    }
}

/// Rows under a header, one a line; nothing without rows.
pub(in crate::cli) fn table(header: &[&str], rows: Vec<Vec<Cell>>, style: Style) -> String {
    let is_told = |column: &usize| rows.iter().any(|row| !row[*column].is_empty());
    let columns: Vec<usize> = (0..header.len()).filter(is_told).collect();
    if columns.is_empty() {
        return String::new();
    }
    let heads = header.iter().enumerate().map(|(column, head)| {
        let is_number = rows.iter().all(|row| row[column].is_number);
        Cell { is_number, ..Cell::text(*head) }
    });
    let all: Vec<Vec<Cell>> = std::iter::once(heads.collect()).chain(rows).collect();
    let width = |column: &usize| all.iter().map(|row| row[*column].text.chars().count()).max();
    let widths: Vec<usize> = columns.iter().map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<Cell>| {
        let cells = columns.iter().zip(&widths).map(|(column, w)| row[*column].padded(*w, style));
        let line = cells.collect::<Vec<_>>().join("  ");
        format!("{}\n", line.trim_end())
    };
    all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let row = |name: &str, count: usize, state| {
            vec![
                Cell::text(name),
                Cell::text(NOTHING),
                Cell::number(count),
                Cell::text("x").in_colour_of(Some(state)),
            ]
        };
        let rows = vec![row("é", 5, JobState::Failed), row("long", 100, JobState::Queued)];
        let head = ["name", "none", "n", "state"];
        let expected = "name    n  state\né       5  x\nlong  100  x\n";
        assert_eq!(table(&head, rows.clone(), Style::Plain), expected);
        assert!(table(&head, rows, Style::Colored).contains("\x1b[31mx\x1b[0m\n"));
        assert_eq!(table(&head, Vec::new(), Style::Plain), "");
    }
}
