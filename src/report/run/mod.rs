//! `report.html` of a run: what it reached, how it got there, how to get there again.
//!
//! Only the manifest must be there. All else may be missing, torn or foreign: the page says so in the
//! place where it would have stood.

mod again;
mod config;
mod confusion;
mod curves;
mod environment;
mod evaluation;
mod log;
mod matrix;
mod standing;
mod time;

use std::path::{Path, PathBuf};

use super::{Page, ReportError};
use crate::files;
use crate::runs::Manifest;
use log::Log;

const FILE: &str = "report.html";

/// Writes `report.html` into the run directory and returns its path.
///
/// Fails when there is no readable manifest; everything else may be missing.
pub fn write_html(run: &Path) -> Result<PathBuf, ReportError> {
    let path = run.join(FILE);
    files::write_atomic(&path, render_html(run)?.as_bytes())?;
    Ok(path)
}

/// The page of the run directory `run`.
pub fn render_html(run: &Path) -> Result<String, ReportError> {
    let manifest = Manifest::read(run)?;
    let log = Log::read(run);
    let title = format!("{} {}", manifest.experiment, manifest.version);
    let mut page = Page::new(title.trim())
        .of_data(manifest.data)
        .lead(&standing::standing(&manifest))
        .section("evaluation", "Evaluation", evaluation::evaluation(&manifest.metrics, &log))
        .section("losses", "Losses", curves::losses(&log));
    for (id, title, body) in curves::others(&log) {
        page = page.section(id, title, body);
    }
    let config = config::config(run);
    let environment = environment::environment(&manifest) + &time::time(&manifest, &log);
    Ok(page
        .section("confusion", "Confusion", confusion::confusion(run))
        .section("again", "Make it again", again::again(run, &manifest))
        .section("environment", "Environment", environment)
        .section("config", "Config", config)
        .render())
}

/// The text of a file of the run: `None` where there is none, in words why where it cannot be read.
fn text(run: &Path, name: &str) -> Result<Option<String>, String> {
    let path = run.join(name);
    match files::is_file(&path) {
        true => files::read_to_string(&path).map(Some).map_err(|e| e.to_string()),
        false => Ok(None),
    }
}

#[cfg(test)]
mod tests;
