//! How a run is made again.

use std::path::Path;

use super::super::escape::{html, shell};
use super::text;
use crate::runs::Manifest;

/// The overrides, the command, and what repeats it and compares the numbers.
pub(super) fn again(run: &Path, manifest: &Manifest) -> String {
    let command = shell(&manifest.command);
    let rerun = shell(&rerun(run, manifest));
    format!(
        "{}<h3 class=\"lone\">The command</h3>\n{}<h3 class=\"lone\">From the record</h3>\n\
         <p>Takes the config as the run recorded it, and says at the end whether all metrics are \
         equal.</p>\n{}{}",
        overrides(run),
        copied("the command", &command),
        copied("the command that repeats the run", &rerun),
        code(manifest),
    )
}

fn copied(what: &str, text: &str) -> String {
    format!("<pre data-copy=\"{what}\"><code>{}</code></pre>\n", html(text))
}

/// By its name where the directory has it, else by the directory.
fn rerun(run: &Path, manifest: &Manifest) -> Vec<String> {
    let name = Path::new(&manifest.experiment).join(&manifest.version);
    let place = match run.ends_with(&name) && !manifest.version.is_empty() {
        true => name.display().to_string(),
        false => run.display().to_string(),
    };
    ["runner", "runs", "rerun", &place].map(str::to_owned).to_vec()
}

fn overrides(run: &Path) -> String {
    let Ok(Some(yaml)) = text(run, ".hydra/overrides.yaml") else { return String::new() };
    match serde_yaml::from_str::<Vec<String>>(&yaml) {
        Ok(overrides) if !overrides.is_empty() => {
            let items: String =
                overrides.iter().map(|o| format!("<li><code>{}</code></li>\n", html(o))).collect();
            format!("<h3 class=\"lone\">Overrides</h3>\n<ul>\n{items}</ul>\n")
        }
        _ => String::new(),
    }
}

fn code(manifest: &Manifest) -> String {
    match &manifest.git {
        Some(git) if git.dirty => format!(
            "<p class=\"note\">The working tree was at commit <code>{}</code> with changes that are in no \
             commit: it cannot be restored exactly.</p>\n",
            html(&git.commit)
        ),
        Some(git) => format!("<p>The code was at commit <code>{}</code>.</p>\n", html(&git.commit)),
        None => String::new(),
    }
}
