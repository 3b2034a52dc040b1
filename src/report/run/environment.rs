//! Where a run happened.

use super::super::escape::html;
use super::super::page::scrolling;
use crate::runs::{Manifest, Slurm};

/// A table of what the manifest says.
pub(super) fn environment(manifest: &Manifest) -> String {
    let git = manifest.git.as_ref().map_or("none".to_owned(), |git| {
        format!("{}{}", git.commit, if git.dirty { ", with uncommitted changes" } else { "" })
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
        ("Slurm", manifest.slurm.as_ref().map_or("none".to_owned(), slurm)),
        ("attempts", manifest.attempts.to_string()),
    ]
    .iter()
    .map(|(name, value)| {
        format!("<tr><th scope=\"row\">{name}</th><td>{}</td></tr>\n", html(value))
    })
    .collect();
    let table = format!(
        "<table>\n<caption>As the run recorded it.</caption>\n<tbody>\n{rows}</tbody></table>\n"
    );
    scrolling("What the run recorded", &table)
}

fn slurm(slurm: &Slurm) -> String {
    let mut words = vec![format!("job {}", slurm.job_id)];
    words.extend(slurm.array_task_id.map(|task| format!("array task {task}")));
    words.extend(slurm.partition.as_ref().map(|partition| format!("partition {partition}")));
    words.extend(slurm.nodes.as_ref().map(|nodes| format!("nodes {nodes}")));
    if slurm.restart_count > 0 {
        words.push(format!("requeued {} times", slurm.restart_count));
    }
    words.join(", ")
}
