//! What a command says to the stages of its pipeline.
//!
//! | override of the command | a stage of another recipe |
//! |---|---|
//! | `paths.*`, `paths=...` | has it: where things lie |
//! | `device`, `seed` | has it |
//! | `+debug=...` | has it, after its experiment |
//! | `dataset.<set>.*` but `label_type`, `tau_a`, `tau_o` | has it: which data, not what is asked of them |
//! | `hydra.searchpath` | has it |
//! | `stages.<experiment>` | its own |
//! | any other | does not have it |
//!
//! Another task of the command's own recipe has them all. A generated world is that of the command,
//! whatever seed a stage has.

use serde_json::Value as Json;

use crate::config::{Origin, OverrideArg, Resolved};
use crate::experiment::config::{DebugOption, ExperimentConfig, Pipeline};
use crate::experiment::pipeline::StageId;

/// Keys of a data set that say what a model is asked, not which data there are.
const ASKED: &[&str] = &["label_type", "tau_a", "tau_o"];
/// The seed of a generated world.
const WORLD: &str = "dataset.synthetic.world.seed";

/// The overrides of a stage, from those of the command and its config.
pub(super) fn overrides(
    id: &StageId,
    given: &[OverrideArg],
    config: &ExperimentConfig,
    resolved: &Resolved,
) -> Vec<OverrideArg> {
    let mut all = match &id.experiment {
        None => given.to_vec(),
        Some(experiment) => {
            let mut all = vec![added(format!("+experiment={experiment}"))];
            all.extend(shared(given, config, resolved));
            all.extend(of_stage(experiment, resolved));
            all
        }
    };
    all.push(added(format!("task={}", id.task.name())));
    if id.experiment.is_some() && config.run.pipeline == Pipeline::Remake {
        all.push(added("pipeline=remake".into()));
    }
    all
}

/// What every stage has.
pub(super) fn shared(
    given: &[OverrideArg],
    config: &ExperimentConfig,
    resolved: &Resolved,
) -> Vec<OverrideArg> {
    let mut all: Vec<_> = given.iter().filter(|one| passes(&one.text)).cloned().collect();
    if config.run.debug == Some(DebugOption::Synthetic)
        && let Ok(seed) = resolved.extract::<u64>(WORLD)
    {
        all.push(added(format!("{WORLD}={seed}")));
    }
    all
}

/// `stages.<experiment>`, a value an override, each with its place in the config.
fn of_stage(experiment: &str, resolved: &Resolved) -> Vec<OverrideArg> {
    let below = format!("stages.{experiment}.");
    let place = |key: &str| resolved.get(key).map_or(Origin::Runtime, |node| node.origin.clone());
    let leaves = resolved.leaves().into_iter();
    let said = leaves.filter_map(|(key, leaf)| {
        let text = format!("{}={}", key.strip_prefix(&below)?, literal(&leaf.value));
        Some(OverrideArg { text, origin: place(&key) })
    });
    said.collect()
}

/// A value as overrides are written.
fn literal(value: &Json) -> String {
    match value {
        Json::String(text) => format!("'{}'", text.replace('\'', "\\'")),
        Json::Array(items) => {
            format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(","))
        }
        Json::Object(entries) => {
            let entry = |(key, value): (&String, &Json)| format!("{key}: {}", literal(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value.to_string(),
    }
}

fn added(text: String) -> OverrideArg {
    OverrideArg { text, origin: Origin::Runtime }
}

/// Whether an override of the command is one of every stage.
fn passes(text: &str) -> bool {
    let key = text.trim_start_matches(['+', '~']);
    let key = key.split_once('=').map_or(key, |(key, _)| key);
    if key.contains('@') {
        return false;
    }
    let (section, rest) = key.split_once('.').unwrap_or((key, ""));
    match section {
        "paths" | "device" | "seed" | "debug" => true,
        "hydra" => rest == "searchpath",
        "dataset" => !ASKED.iter().any(|asked| rest.ends_with(asked)),
        _ => false,
    }
}

/// The overrides with what `pipeline=full` says beside itself: teachers come from the chain, not from
/// the labels, unless the command says otherwise.
pub(in super::super) fn completed(mut overrides: Vec<OverrideArg>) -> Vec<OverrideArg> {
    let says = |key: &str| {
        let of = |one: &OverrideArg| {
            let (said, value) = one.text.trim_start_matches('+').split_once('=')?;
            (said == key).then(|| value.to_owned())
        };
        overrides.iter().rev().find_map(of)
    };
    let is_chain = says("pipeline").is_some_and(|value| value != "none");
    if is_chain && says("teacher.simulate").is_none() {
        overrides.push(added("teacher.simulate=false".into()));
    }
    overrides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_stage_has() {
        for (text, expected) in [
            ("paths.data=/x", true),
            ("paths=cluster", true),
            ("device=flex", true),
            ("seed=3", true),
            ("+debug=tiny", true),
            ("dataset.epic_kitchens.common.annot_dir=/x", true),
            ("dataset.egtea.common.split=2", true),
            ("dataset.epic_kitchens.common.label_type=[verb]", false),
            ("dataset.epic_kitchens.common.tau_a=2", false),
            ("dataset@dataset_train=egtea/anticipation_train", false),
            ("hydra.searchpath=[x]", true),
            ("hydra.run.dir=x", false),
            ("+experiment=ek55_ensemble", false),
            ("+compat=avt", false),
            ("+features=simulated", false),
            ("train.num_epochs=1", false),
            ("run_id=1", false),
            ("~dataset_train.reader_fn", false),
        ] {
            assert_eq!(passes(text), expected, "{text}");
        }
    }

    #[test]
    fn values_are_written_as_overrides_are_read() {
        for (value, expected) in [
            (Json::from("it's ${x}"), r"'it\'s ${x}'"),
            (serde_json::json!([1, "a", null]), "[1,'a',null]"),
            (serde_json::json!({ "a": [] }), "{a: []}"),
            (Json::from(0.5), "0.5"),
        ] {
            assert_eq!(literal(&value), expected);
        }
    }

    #[test]
    fn a_chain_does_not_make_its_teacher_up() {
        let texts = |given: &[&str]| -> Vec<String> {
            let args = given.iter().map(|text| OverrideArg::argument(1, text)).collect();
            completed(args).into_iter().map(|one| one.text).collect()
        };
        let added = "teacher.simulate=false";
        assert_eq!(texts(&["pipeline=full"]), ["pipeline=full", added]);
        assert_eq!(texts(&["pipeline=remake", "seed=1"])[2], added);
        assert_eq!(texts(&["pipeline=full", "pipeline=none"]).len(), 2);
        assert_eq!(texts(&["pipeline=full", "teacher.simulate=true"]).len(), 2);
        assert_eq!(texts(&["seed=1"]), ["seed=1"]);
    }
}
