//! A table of texts and how it is written: aligned, CSV, Markdown, LaTeX.

/// How the best value of a column is marked in aligned text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marked {
    /// By bold letters of a terminal.
    Bold,
    /// By a star behind it.
    Star,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Whether it is the best of its column.
    pub best: bool,
}

/// Columns under a header; those from `numbers` on are flush right.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Names of the columns.
    pub head: Vec<String>,
    /// As many cells a row as columns.
    pub rows: Vec<Vec<Cell>>,
    /// The first column of numbers.
    pub numbers: usize,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, best: false }
    }
}

impl Grid {
    /// Aligned columns, one row a line; nothing without rows.
    pub fn text(&self, marked: Marked) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        // A star takes room in every cell of its column, so that digits stay below each other.
        let has_best = |column: usize| self.rows.iter().any(|row| row[column].best);
        let plain = |column: usize, cell: &Cell| match (marked, cell.best) {
            (Marked::Star, true) => format!("{}*", cell.text),
            (Marked::Star, false) if has_best(column) => format!("{} ", cell.text),
            _ => cell.text.clone(),
        };
        let cells = |row: &Vec<Cell>| -> Vec<(String, bool)> {
            let bold = |cell: &Cell| cell.best && marked == Marked::Bold;
            row.iter().enumerate().map(|(i, cell)| (plain(i, cell), bold(cell))).collect()
        };
        let head = self.head.iter().map(|text| (text.clone(), false)).collect();
        let rows: Vec<Vec<(String, bool)>> =
            std::iter::once(head).chain(self.rows.iter().map(cells)).collect();
        let width = |i: usize| rows.iter().map(|row| row[i].0.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        rows.iter().map(|row| self.line(row, &widths)).collect()
    }

    fn line(&self, row: &[(String, bool)], widths: &[usize]) -> String {
        let cell = |(i, ((text, bold), width)): (usize, (&(String, bool), &usize))| {
            let pad = " ".repeat(width.saturating_sub(text.chars().count()));
            let text = if *bold { format!("\x1b[1m{text}\x1b[0m") } else { text.clone() };
            if i < self.numbers { text + &pad } else { pad + &text }
        };
        let cells: Vec<String> = row.iter().zip(widths).enumerate().map(cell).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    }

    /// A table of Markdown, the best in bold.
    pub fn markdown(&self) -> String {
        let escaped =
            |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace('*', "\\*");
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let rule = |i: usize| if i < self.numbers { "---" } else { "---:" }.to_owned();
        let cell = |cell: &Cell| match cell.best {
            true => format!("**{}**", escaped(&cell.text)),
            false => escaped(&cell.text),
        };
        let mut out = line(self.head.iter().map(|text| escaped(text)).collect());
        out += &line((0..self.head.len()).map(rule).collect());
        out.extend(self.rows.iter().map(|row| line(row.iter().map(cell).collect())));
        out
    }

    /// A `tabular` of LaTeX with the rules of `booktabs`, the best in bold.
    pub fn latex(&self) -> String {
        let line = |cells: Vec<String>| format!("  {} \\\\\n", cells.join(" & "));
        let cell = |cell: &Cell| match cell.best {
            true => format!("\\textbf{{{}}}", latex_escaped(&cell.text)),
            false => latex_escaped(&cell.text),
        };
        let columns: String =
            (0..self.head.len()).map(|i| if i < self.numbers { 'l' } else { 'r' }).collect();
        let mut out =
            format!("% needs \\usepackage{{booktabs}}\n\\begin{{tabular}}{{{columns}}}\n");
        out += "  \\toprule\n";
        out += &line(self.head.iter().map(|text| latex_escaped(text)).collect());
        out += "  \\midrule\n";
        out.extend(self.rows.iter().map(|row| line(row.iter().map(cell).collect())));
        out + "  \\bottomrule\n\\end{tabular}\n"
    }
}

/// Rows of comma-separated values, quoted where they must be.
pub(super) fn csv(head: &[String], rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in std::iter::once(head).chain(rows.iter().map(Vec::as_slice)) {
        writer.write_record(row).expect("rows of equal length go into memory");
    }
    let bytes = writer.into_inner().expect("memory takes everything");
    String::from_utf8(bytes).expect("what was written was text")
}

fn latex_escaped(text: &str) -> String {
    let escaped = |c: char| match c {
        '\\' => "\\textbackslash{}".to_owned(),
        '~' => "\\textasciitilde{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        '_' | '&' | '%' | '#' | '$' | '{' | '}' => format!("\\{c}"),
        '±' => "$\\pm$".to_owned(),
        '<' | '>' => format!("${c}$"),
        _ => c.to_string(),
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let cell = |text: &str, best| Cell { text: text.to_owned(), best };
        Grid {
            head: vec!["a_b".into(), "top1".into()],
            rows: vec![
                vec![cell("x|y", false), cell("1.00", false)],
                vec![cell("ü", false), cell("12.50 ± 0.10", true)],
            ],
            numbers: 1,
        }
    }

    #[test]
    fn aligned() {
        let expected = "a_b           top1\nx|y          1.00\nü    12.50 ± 0.10*\n";
        let shown = grid().text(Marked::Star);
        assert_eq!(shown, expected, "{shown}");
        let bold = grid().text(Marked::Bold);
        assert!(bold.ends_with("ü    \x1b[1m12.50 ± 0.10\x1b[0m\n"), "{bold:?}");
        assert_eq!(Grid::default().text(Marked::Star), "");
    }

    #[test]
    fn for_papers() {
        let expected =
            "| a_b | top1 |\n| --- | ---: |\n| x\\|y | 1.00 |\n| ü | **12.50 ± 0.10** |\n";
        assert_eq!(grid().markdown(), expected);
        let latex = grid().latex();
        assert!(latex.contains("\\begin{tabular}{lr}"), "{latex}");
        assert!(latex.contains("a\\_b & top1 \\\\"), "{latex}");
        assert!(latex.contains("\\textbf{12.50 $\\pm$ 0.10} \\\\"), "{latex}");
    }

    #[test]
    fn for_spreadsheets() {
        let rows = [vec!["a,b".to_owned(), "\"q\"".to_owned()]];
        assert_eq!(csv(&["x".into(), "y".into()], &rows), "x,y\n\"a,b\",\"\"\"q\"\"\"\n");
    }
}
