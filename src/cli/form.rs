//! In which form tables of metrics are printed.

use clap::Args;

use crate::analysis::Marked;

use super::snippet::Style;

/// The form of a table; without any it is one for people.
#[derive(Debug, Args)]
pub(super) struct FormArgs {
    /// Print CSV, everything in columns of their own
    #[arg(long, group = "form")]
    pub csv: bool,
    /// Print JSON
    #[arg(long, group = "form")]
    pub json: bool,
    /// Print tables for LaTeX
    #[arg(long, group = "form")]
    pub latex: bool,
    /// Print tables for Markdown
    #[arg(long, group = "form")]
    pub markdown: bool,
}

/// How the best of a column is marked on stdout.
pub(super) fn marked() -> Marked {
    match Style::of_stdout() {
        Style::Plain => Marked::Star,
        _ => Marked::Bold,
    }
}
