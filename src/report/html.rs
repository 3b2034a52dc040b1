//! `report.html`: one page a run, readable without network, script or colour.

use std::path::{Path, PathBuf};

use super::ReportError;
use super::chart::figure;
use super::config_table::config_details;
use super::escape::{html, shell};
use super::metrics_table::metrics_table;
use super::page::Page;
use super::series::figures;
use crate::files;
use crate::runs::{Manifest, MetricsLog, ReadMetrics, Status, read_metrics};

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
    let log = run.join(MetricsLog::FILE);
    let metrics = if files::is_file(&log) { read_metrics(&log)? } else { ReadMetrics::default() };
    let text = |name: &str| match run.join(name) {
        path if files::is_file(&path) => files::read_to_string(&path),
        _ => Ok(String::new()),
    };
    let config = config_details(&text(".hydra/config.yaml")?, &text("provenance.yaml")?);
    let title = format!("{} {}", manifest.experiment, manifest.version);
    let made = format!(
        "<pre data-copy=\"the command\"><code>{}</code></pre>\n{}{config}",
        html(&shell(&manifest.command)),
        environment(&manifest)
    );
    Ok(Page::new(title.trim())
        .of_data(manifest.data)
        .lead(&status(&manifest))
        .section("evaluation", "Evaluation", metrics_table(&manifest.metrics))
        .section("curves", "Curves", curves(&metrics))
        .section("made", "How it was made", made)
        .render())
}

fn status(manifest: &Manifest) -> String {
    let word = if manifest.is_stale() {
        "stopped without a word (its process is gone)"
    } else {
        match manifest.status {
            Status::Running => "running",
            Status::Completed => "completed",
            Status::Failed => "failed",
            Status::Preempted => "preempted: the same command continues it",
        }
    };
    let ended = manifest.finished.as_ref().map_or(String::new(), |finished| {
        let took = duration(&manifest.started, finished).unwrap_or_default();
        format!(", ended {finished}{took}")
    });
    let error = manifest
        .error
        .as_ref()
        .map_or(String::new(), |e| format!("<p class=\"error\">{}</p>\n", html(e)));
    let times = html(&format!("Started {}{ended}.", manifest.started));
    format!("<p>Status: <strong>{word}</strong>. {times}</p>\n{error}")
}

/// `, after 3h 20m 5s`; nothing when the times are not times.
fn duration(started: &str, finished: &str) -> Option<String> {
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let seconds = time(finished)?.as_second() - time(started)?.as_second();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(match (hours, minutes) {
        (0, 0) => format!(", after {seconds}s"),
        (0, _) => format!(", after {minutes}m {seconds}s"),
        _ => format!(", after {hours}h {minutes}m {seconds}s"),
    })
}

fn curves(metrics: &ReadMetrics) -> String {
    let figures = figures(&metrics.records);
    if figures.is_empty() {
        return "<p>Nothing has been logged.</p>\n".into();
    }
    let charts: String =
        figures.iter().enumerate().map(|(i, f)| figure(f, &format!("chart{i}"))).collect();
    let torn =
        if metrics.torn { "<p>The last record of the log is torn and left out.</p>\n" } else { "" };
    format!("{torn}<div class=\"charts\">\n{charts}</div>\n")
}

fn environment(manifest: &Manifest) -> String {
    let git = manifest.git.as_ref().map_or("none".to_owned(), |git| {
        format!("{}{}", git.commit, if git.dirty { ", with uncommitted changes" } else { "" })
    });
    let slurm = manifest.slurm.as_ref().map_or("none".to_owned(), |s| match s.array_task_id {
        Some(task) => format!("job {}, array task {task}", s.job_id),
        None => format!("job {}", s.job_id),
    });
    let rows: String = [
        ("data", manifest.data.as_str().to_owned()),
        ("data fingerprint", manifest.data_fingerprint.clone().unwrap_or("none".into())),
        ("config hash", manifest.config_hash.clone()),
        ("seed", manifest.seed.to_string()),
        ("device", manifest.device.clone()),
        ("backend", manifest.backend.clone()),
        ("host", manifest.host.clone()),
        ("git commit", git),
        ("runner", manifest.crate_version.clone()),
        ("Slurm", slurm),
        ("attempts", manifest.attempts.to_string()),
    ]
    .iter()
    .map(|(name, value)| {
        format!("<tr><th scope=\"row\">{name}</th><td>{}</td></tr>\n", html(value))
    })
    .collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Environment\">\
         <table>\n<caption>Environment</caption>\n\
         <tbody>\n{rows}</tbody></table></div>\n"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runs::{DataKind, HydraFiles, RunDir, RunFacts, RunManifest};

    fn run(dir: &Path, data: DataKind) -> RunDir {
        let run = RunDir::at(&dir.join("e/0001")).unwrap();
        let facts = RunFacts {
            command: vec!["runner".into(), "x=</code><script>alert(1)</script>".into()],
            data,
            ..RunFacts::example("e", "h")
        };
        RunManifest::begin(&run, facts).unwrap().fail("<b>boom</b>").unwrap();
        run
    }

    #[test]
    fn a_page_without_anything_logged() {
        let dir = tempfile::tempdir().unwrap();
        let run = run(dir.path(), DataKind::Real);
        let page = render_html(run.path()).unwrap();
        assert!(page.contains("Nothing has been logged"));
        assert!(!page.contains("class=\"banner\""));
        assert!(!page.contains("<script>alert") && page.contains("&lt;b&gt;boom"));
    }

    #[test]
    fn generated_data_is_announced() {
        for (data, words) in
            [(DataKind::Synthetic, "Synthetic data."), (DataKind::Simulated, "Simulated features.")]
        {
            let dir = tempfile::tempdir().unwrap();
            let page = render_html(run(dir.path(), data).path()).unwrap();
            assert!(page.contains(words));
        }
    }

    #[test]
    fn durations() {
        let took = |to| duration("2026-01-01T00:00:00Z", to);
        assert_eq!(took("2026-01-01T00:00:09Z").unwrap(), ", after 9s");
        assert_eq!(took("2026-01-02T02:03:04Z").unwrap(), ", after 26h 3m 4s");
        assert_eq!(took("soon"), None);
    }

    #[test]
    fn the_whole_page() {
        let dir = tempfile::tempdir().unwrap();
        let run = run(dir.path(), DataKind::Synthetic);
        let mut log = MetricsLog::open(&run).unwrap();
        for step in 0..5 {
            let record =
                json!({"split": "train", "epoch": step, "step": step, "loss": 1.0, "lr": 1e-5});
            log.append(record.as_object().unwrap()).unwrap();
        }
        let config = HydraFiles { config: "a: 1\n".into(), ..HydraFiles::default() };
        config.write(&run).unwrap();
        let path = write_html(run.path()).unwrap();
        let page = files::read_to_string(&path).unwrap();
        assert_eq!(page.matches("<figure>").count(), 2);
        for tag in ["main", "table", "figure", "svg", "details", "div", "p", "ul", "tr"] {
            let open = page.matches(&format!("<{tag}>")).count()
                + page.matches(&format!("<{tag} ")).count();
            assert_eq!(open, page.matches(&format!("</{tag}>")).count(), "<{tag}>");
        }
    }
}
