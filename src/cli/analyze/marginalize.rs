//! `runner analyze marginalize`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::analysis::{Labelled, Predictions};

use super::super::failure::Failure;
use super::given::{GivenArgs, without_labels};
use super::measured::{self, TableArgs};

#[derive(Debug, Args)]
pub(super) struct MarginalizeArgs {
    /// A run (EXPERIMENT/NUMBER, a directory) or a file with predictions
    #[arg(value_name = "RESULTS")]
    results: String,
    /// Results file to write; it must not exist yet
    #[arg(long, value_name = "FILE.h5")]
    out: Option<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    table: TableArgs,
}

pub(super) fn run(args: &MarginalizeArgs) -> Result<ExitCode, Failure> {
    let named = args.given.find(&args.results)?;
    let named = std::slice::from_ref(&named);
    let labelled = args.given.labelled(named)?.ok_or_else(without_labels)?;
    let Some(own) = measured::read(&args.given, named, Some(&labelled))?.pop() else {
        return Ok(ExitCode::SUCCESS);
    };
    let marginal = marginal(&own, &labelled)?;
    if let Some(out) = &args.out {
        marginal.write(out)?;
        say!("wrote {}", out.display());
    }
    let mut all = vec![marginal];
    // a model with heads of its own is worth comparing with
    all.extend((own.scores.len() > 1).then_some(own));
    let places = vec![named[0].clone(); all.len()];
    let mut rows = args.table.measure(all, &places, Some(&labelled))?;
    for row in &mut rows {
        row.values.retain(|name, _| !name.starts_with("decomposed/"));
    }
    rows[0].derived = ["verb", "noun"].map(str::to_owned).into();
    args.table.print(rows)?;
    Ok(ExitCode::SUCCESS)
}

/// The same predictions with verbs and nouns from the scores of actions.
fn marginal(own: &Predictions, labelled: &Labelled) -> Result<Predictions, Failure> {
    let mappings = labelled.annotations.vocabulary.class_mappings();
    let mappings: Vec<_> = mappings.into_iter().filter(|mapping| mapping.classes > 0).collect();
    let Some(actions) = own.scores.get("action") else {
        let text = format!("failed to marginalize `{}`: it has no scores of actions", own.name);
        return Err(Failure::wrong_input(text));
    };
    if mappings.is_empty() {
        let text = "its data set has no verbs and nouns: actions are all there is";
        return Err(Failure::wrong_input(format!("failed to marginalize `{}`: {text}", own.name)));
    }
    let mut marginal = own.clone();
    for mapping in &mappings {
        marginal.scores.insert(mapping.label.clone(), actions.marginal(mapping));
    }
    Ok(marginal)
}
