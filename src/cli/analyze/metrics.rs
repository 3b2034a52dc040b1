//! `runner analyze metrics`.

use std::process::ExitCode;

use clap::Args;

use super::super::failure::Failure;
use super::given::{GivenArgs, Named};
use super::measured::{self, TableArgs};

#[derive(Debug, Args)]
pub(super) struct MetricsArgs {
    /// Runs (EXPERIMENT/NUMBER, a directory) or files with predictions
    #[arg(value_name = "RESULTS", required = true)]
    results: Vec<String>,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    table: TableArgs,
}

pub(super) fn run(args: &MetricsArgs) -> Result<ExitCode, Failure> {
    let given = &args.given;
    let named =
        args.results.iter().map(|word| given.find(word)).collect::<Result<Vec<Named>, _>>()?;
    let labelled = given.labelled(&named)?;
    let predictions = measured::read(given, &named, labelled.as_ref())?;
    let rows = args.table.measure(predictions, &named, labelled.as_ref())?;
    args.table.print(rows)?;
    if labelled.is_none() {
        say!(
            "only the classes stored beside the scores are known: with `--of RUN` or `--of \
             EXPERIMENT` there are also many-shot classes, verbs and nouns"
        );
    }
    Ok(ExitCode::SUCCESS)
}
