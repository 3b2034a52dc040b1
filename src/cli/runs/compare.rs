//! `runner runs compare`.

use std::process::ExitCode;

use clap::Args;

use crate::analysis::{Comparison, ComparisonOptions};

use super::super::failure::Failure;
use super::super::form::{FormArgs, marked};
use super::super::out;
use super::select::{Saves, SelectArgs, warn};

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// Metrics to compare
    #[arg(long, value_name = "METRIC,..", value_delimiter = ',')]
    metrics: Vec<String>,
    /// Config keys to show
    #[arg(long, value_name = "KEY,..", value_delimiter = ',')]
    columns: Vec<String>,
    /// Compare runs that have not completed too
    #[arg(long)]
    unfinished: bool,
    #[command(flatten)]
    form: FormArgs,
}

pub(super) fn run(args: &CompareArgs) -> Result<ExitCode, Failure> {
    let records = args.select.records()?;
    warn(&records);
    let options = ComparisonOptions {
        metrics: args.metrics.clone(),
        keys: args.columns.clone(),
        unfinished: args.unfinished,
    };
    let compared = Comparison::new(records, &options, &Saves)
        .map_err(|error| Failure::from(error).hint("`runner runs list` shows what there is"))?;
    compared.warnings.iter().for_each(|warning| say!("warning: {warning}"));
    if args.form.csv {
        out::write(compared.csv())?;
    } else if args.form.json {
        out::line(format_args!("{:#}", compared.json()))?;
    } else if args.form.latex {
        out::write(compared.latex())?;
    } else if args.form.markdown {
        out::write(compared.markdown())?;
    } else {
        out::write(compared.text(marked()))?;
    }
    if compared.hidden > 0 && !args.form.json {
        let n = compared.hidden;
        say!("{n} more keys differ; `--columns KEY,..` shows them");
    }
    Ok(ExitCode::SUCCESS)
}
