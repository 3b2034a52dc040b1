//! `runner data export-checkpoint`: a run's weights for the Python original.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::experiment::{self, Exported};
use crate::files;

use super::failure::Failure;
use super::out;

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Run directory, or a checkpoint file in one
    checkpoint: PathBuf,
    /// Safetensors file to write; must not exist yet
    out: PathBuf,
    /// Which checkpoint of a run: last, best, epoch_<n>
    #[arg(long, default_value = "last")]
    which: String,
    /// Print what was written as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ExportArgs) -> Result<ExitCode, Failure> {
    if files::kind(&args.out).is_some() {
        let text = format!("`{}` exists already, nothing is overwritten", args.out.display());
        return Err(Failure::wrong_input(text));
    }
    let which = args.which.parse()?;
    let exported = experiment::export_checkpoint(&args.checkpoint, which, &args.out)?;
    if args.json {
        out::line(format_args!("{:#}", as_json(args, &exported)))?;
        return Ok(ExitCode::SUCCESS);
    }
    say!(
        "wrote {} arrays with {} numbers from {}, {} epochs and {} steps old",
        exported.arrays.len(),
        exported.numbers(),
        exported.source.display(),
        exported.epoch,
        exported.step
    );
    out::line(args.out.display())?;
    Ok(ExitCode::SUCCESS)
}

fn as_json(args: &ExportArgs, exported: &Exported) -> serde_json::Value {
    let arrays = exported.arrays.iter();
    let arrays: Vec<_> =
        arrays.map(|a| json!({"name": a.name, "shape": a.shape, "dtype": a.dtype})).collect();
    json!({
        "written": args.out,
        "source": exported.source,
        "epoch": exported.epoch,
        "step": exported.step,
        "numbers": exported.numbers(),
        "arrays": arrays,
    })
}
