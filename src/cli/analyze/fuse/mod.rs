//! `runner analyze fuse`: `choice` says which weights, `told` what is printed.

mod choice;
mod told;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::files;

use super::super::failure::Failure;
use super::super::form::FormArgs;
use super::given::{GivenArgs, warn_of_data, without_labels};
use super::models::{self, ScaleArgs};
use choice::{Choice, Weights};
use told::Told;

#[derive(Debug, Args)]
pub(super) struct FuseArgs {
    /// Runs, results files, pickles or teachers, at least two
    #[arg(value_name = "RESULTS", required = true)]
    results: Vec<String>,
    /// Weights of the models, or `search`
    ///
    /// Without it all weigh the same. A search needs labels: see `--search-on`, `--folds` and
    /// `--search-in-sample`.
    #[arg(
        long,
        value_name = "W,..|search",
        default_value = "1,..",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    weights: Weights,
    #[command(flatten)]
    scale: ScaleArgs,
    /// Metric that searched weights are to reach most of
    ///
    /// Without it, the main metric of the data set.
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
    /// Search weights on another set of the runs
    #[arg(long, value_name = "SET", group = "where")]
    search_on: Option<String>,
    /// Search weights for each of K groups of videos on the other groups [default: 5]
    #[arg(long, value_name = "K", group = "where")]
    folds: Option<usize>,
    /// Search weights on the segments that are reported: the metrics are too good
    #[arg(long, group = "where")]
    search_in_sample: bool,
    /// File for the summed scores, as results that every command reads
    #[arg(long, value_name = "FILE.h5")]
    out: Option<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    form: FormArgs,
}

pub(super) fn run(args: &FuseArgs) -> Result<ExitCode, Failure> {
    let named = models::named(&args.given, &args.results)?;
    if named.len() < 2 {
        let text = "failed to fuse: one model is given, expected at least two";
        return Err(Failure::wrong_input(text));
    }
    choice::check(args, &named)?;
    args.out.as_deref().map_or(Ok(()), models::refuse_existing)?;
    let labelled = args.given.labelled(&named)?.ok_or_else(without_labels)?;
    let annotations = &labelled.annotations;
    let models = models::read(&named, &args.given.set, annotations)?;
    warn_of_data(&named);
    let mut rows = told::of_models(&models, &named, &labelled)?;
    let pool = models::pool(models, args.scale.norm, annotations)?;
    let choice = Choice::new(args, &named, annotations, &pool)?;
    let fused = pool.sum("fusion", |row| choice.of_row(row));
    rows.push(told::of_fusion(&fused, &rows, &labelled)?);
    if let Some(path) = &args.out {
        path.parent().map_or(Ok(()), files::create_dir_all)?;
        fused.write(path)?;
    }
    Told::new(args, rows, &choice)?.print(&args.form)?;
    if let Some(path) = &args.out {
        say!("wrote {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}
