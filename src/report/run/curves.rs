//! The curves of a run, by what they are about.

use super::super::chart::figure;
use super::super::series::Figure;
use super::log::Log;

/// Curves of the total loss and of each term.
pub(super) fn losses(log: &Log) -> String {
    let charts = charts(log, is_loss);
    match (charts, log.note.is_empty()) {
        (Some(charts), _) => log.note.clone() + &charts,
        (None, true) => "<p>Nothing has been logged.</p>\n".into(),
        (None, false) => log.note.clone(),
    }
}

/// The sections of the other curves: id, title and body of each that has any.
pub(super) fn others(log: &Log) -> Vec<(&'static str, &'static str, String)> {
    let sections = [
        ("accuracy", "Accuracy", charts(log, is_accuracy)),
        (
            "optimisation",
            "Learning rate and the rest",
            charts(log, |title| !is_loss(title) && !is_accuracy(title)),
        ),
    ];
    sections.into_iter().filter_map(|(id, title, body)| Some((id, title, body?))).collect()
}

fn is_loss(title: &str) -> bool {
    title == "loss" || title.starts_with("loss/")
}

fn is_accuracy(title: &str) -> bool {
    title.starts_with("final_acc/") || title.starts_with("acc/")
}

fn charts(log: &Log, is_of: impl Fn(&str) -> bool) -> Option<String> {
    let chosen: Vec<(usize, &Figure)> =
        log.figures.iter().enumerate().filter(|(_, f)| is_of(&f.title)).collect();
    let drawn: String =
        chosen.iter().map(|(i, chosen)| figure(chosen, &format!("chart{i}"))).collect();
    (!chosen.is_empty()).then(|| format!("<div class=\"charts\">\n{drawn}</div>\n"))
}
