//! Asking before something is done that cannot be undone.

use std::io::{self, BufRead, IsTerminal};

use super::failure::Failure;
use super::say;

/// Whether the person at the terminal agrees; without a terminal nobody can.
pub(super) fn agrees(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        let message = format!("failed to ask `{question}`: stdin is no terminal");
        return Err(Failure::wrong_input(message).hint("`--yes` goes on without a question"));
    }
    say::text(format_args!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|e| Failure::failed(format!("failed to read the answer: {e}")))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
