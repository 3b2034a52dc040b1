//! What the person at the terminal reads of a pipeline.

use crate::data::check::{Finding, Report};
use crate::experiment::pipeline::{Planned, StageId, Verdict};

use super::super::run;

/// What is not there, and where to get it.
pub(super) fn missing(missing: &[Finding]) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let text = Report { findings: missing.to_vec() }.text(&here);
    format!("the stages read what is not there:\n{}", text.trim_end())
}

/// A line a stage: what becomes of it, its name, and what it makes.
pub(super) fn table(stages: &[Planned]) -> String {
    let width = stages.iter().map(|planned| name(planned).chars().count()).max().unwrap_or(0);
    let line = |planned: &Planned| {
        let product = planned.stage.product.as_deref().map_or(String::new(), run::shown);
        let (word, why) = match &planned.verdict {
            Verdict::Run => ("run", String::new()),
            Verdict::Remake(differences) => ("remake", format!("  {}", differences.join("; "))),
            Verdict::Done => ("done", String::new()),
            Verdict::Foreign => ("as it is", String::new()),
            Verdict::Unneeded => ("not read", String::new()),
        };
        let line = format!("{word:<8}  {:<width$}  {product}{why}", name(planned));
        format!("{}\n", line.trim_end())
    };
    stages.iter().map(line).collect()
}

/// The name of a stage; the command's own is called after its experiment.
pub(super) fn name(planned: &Planned) -> String {
    let StageId { experiment, task } = &planned.stage.id;
    let name = experiment.as_deref().unwrap_or(&planned.recipe.config.run.expt_name);
    format!("{name}/{}", task.name())
}

/// Says which products are used though nobody knows what they were made of.
pub(super) fn foreign(stages: &[Planned]) {
    for planned in stages.iter().filter(|planned| planned.verdict == Verdict::Foreign) {
        if let Some(product) = &planned.stage.product {
            let product = run::shown(product);
            say!("note: `{product}` does not say what it was made of; it is used as it is");
        }
    }
}
