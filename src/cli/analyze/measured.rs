//! A table of metrics, for the commands that print one.

use std::collections::BTreeSet;

use clap::Args;

use crate::analysis::{Labelled, Labels, MeasureTable, Measured, Predictions, common, measure};

use super::super::failure::Failure;
use super::super::form::{FormArgs, marked};
use super::super::out;
use super::given::{GivenArgs, Named, data_of, warn_of_data};

/// Which metrics a table has and how it is written.
#[derive(Debug, Args)]
pub(super) struct TableArgs {
    /// The k of top-k
    #[arg(long, value_name = "K,..", value_delimiter = ',', default_value = "1,5",
          value_parser = depth)]
    topk: Vec<usize>,
    /// Metrics to show, by name or its end: final_acc/action/AR5, AR5, action/top1
    #[arg(long, value_name = "METRIC,..", value_delimiter = ',')]
    metrics: Vec<String>,
    /// Count only segments that all of the results have
    #[arg(long)]
    common: bool,
    #[command(flatten)]
    form: FormArgs,
}

fn depth(text: &str) -> Result<usize, String> {
    match text.trim().parse() {
        Ok(0) | Err(_) => Err("expected whole numbers from 1, such as 1,5,10".into()),
        Ok(k) => Ok(k),
    }
}

/// Reads places, each with the targets of its annotations, and says what is doubtful about them.
pub(super) fn read(
    given: &GivenArgs,
    named: &[Named],
    labelled: Option<&Labelled>,
) -> Result<Vec<Predictions>, Failure> {
    let mut all = Vec::with_capacity(named.len());
    for one in named {
        let predictions = given.predictions(one)?;
        let Some(labelled) = labelled else {
            all.push(predictions);
            continue;
        };
        let (predictions, met) = predictions.with_targets(&labelled.annotations)?;
        met.doubts().iter().for_each(|doubt| say!("warning: {}: {doubt}", one.name));
        all.push(predictions);
    }
    warn_of_data(named);
    Ok(all)
}

impl TableArgs {
    /// Measures predictions that were read, in their order.
    pub(super) fn measure(
        &self,
        predictions: Vec<Predictions>,
        named: &[Named],
        labelled: Option<&Labelled>,
    ) -> Result<Vec<Measured>, Failure> {
        let depths: BTreeSet<usize> = self.topk.iter().copied().collect();
        let depths: Vec<usize> = depths.into_iter().collect();
        let labels = Labels { labelled, depths: &depths };
        let predictions = self.comparable(predictions)?;
        let generated = labelled.is_some_and(|labelled| labelled.annotations.synthetic);
        let mut rows = Vec::with_capacity(predictions.len());
        for (predictions, named) in predictions.iter().zip(named) {
            let measured = measure(predictions, &labels)?;
            let data = data_of(named).or_else(|| generated.then(|| "synthetic".to_owned()));
            rows.push(Measured { data, ..measured });
        }
        Ok(rows)
    }

    /// Warns of places that are of different segments, or leaves what they have in common.
    fn comparable(&self, predictions: Vec<Predictions>) -> Result<Vec<Predictions>, Failure> {
        let shared = common(&predictions)?;
        let Some(doubt) = shared.doubt else { return Ok(predictions) };
        if self.common {
            say!("warning: {doubt}: only those count");
            return Ok(predictions.iter().map(|one| one.only(&shared.uids)).collect());
        }
        say!("warning: {doubt}: `--common` counts only those");
        Ok(predictions)
    }

    /// Prints the table.
    pub(super) fn print(&self, rows: Vec<Measured>) -> Result<(), Failure> {
        let table = MeasureTable::new(rows, &self.metrics)?;
        if self.form.csv {
            out::write(table.csv())
        } else if self.form.json {
            out::line(format_args!("{:#}", table.json()))
        } else if self.form.latex {
            out::write(table.latex())
        } else if self.form.markdown {
            out::write(table.markdown())
        } else {
            out::write(table.text(marked()))
        }
    }
}
