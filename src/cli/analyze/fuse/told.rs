//! What a fusion prints: each model and their sum in one table, and where the weights are from.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::analysis::{
    AnalysisError, Labelled, Labels, MeasureTable, Measured, Norm, Predictions, measure,
};

use super::super::super::failure::Failure;
use super::super::super::form::{FormArgs, marked};
use super::super::super::{out, say};
use super::super::given::{Named, data_of};
use super::FuseArgs;
use super::choice::{Choice, Fold, Searched};

/// The k of top-k.
const DEPTHS: [usize; 2] = [1, 5];

/// Everything that is printed.
pub(super) struct Told {
    set: String,
    norm: Norm,
    choice: Choice,
    table: MeasureTable,
    out: Option<PathBuf>,
}

/// The metrics of each model, from what it stores.
pub(super) fn of_models(
    models: &[Predictions],
    named: &[Named],
    labelled: &Labelled,
) -> Result<Vec<Measured>, Failure> {
    let one = |(model, named)| Ok(Measured { data: data_of(named), ..measured(model, labelled)? });
    models.iter().zip(named).map(one).collect()
}

/// The metrics of the sum of the models whose own are known.
pub(super) fn of_fusion(
    fused: &Predictions,
    models: &[Measured],
    labelled: &Labelled,
) -> Result<Measured, Failure> {
    let data: BTreeSet<&Option<String>> = models.iter().map(|model| &model.data).collect();
    let derived: BTreeSet<&String> = models.iter().flat_map(|model| &model.derived).collect();
    Ok(Measured {
        data: data.first().filter(|_| data.len() == 1).and_then(|data| (*data).clone()),
        derived: derived.into_iter().cloned().collect(),
        ..measured(fused, labelled)?
    })
}

/// The metrics of some predictions; none of a set without labels.
fn measured(model: &Predictions, labelled: &Labelled) -> Result<Measured, AnalysisError> {
    match measure(model, &Labels { labelled: Some(labelled), depths: &DEPTHS }) {
        Err(AnalysisError::Unlabelled { name, segments }) => Ok(Measured {
            name,
            segments,
            data: None,
            labelled: 0,
            derived: Vec::new(),
            values: Default::default(),
        }),
        other => other,
    }
}

impl Told {
    pub(super) fn new(
        args: &FuseArgs,
        rows: Vec<Measured>,
        choice: &Choice,
    ) -> Result<Self, Failure> {
        Ok(Self {
            set: args.given.set.clone(),
            norm: args.scale.norm,
            choice: choice.clone(),
            table: MeasureTable::new(rows, &[])?,
            out: args.out.clone(),
        })
    }

    pub(super) fn print(&self, form: &FormArgs) -> Result<(), Failure> {
        if form.json {
            return out::line(format_args!("{:#}", self.json()));
        }
        if self.table.rows().iter().all(|row| row.values.is_empty()) {
            say!("no segment of `{}` has a label: there are no metrics", self.set);
        }
        if form.csv {
            out::write(self.table.csv())?;
        } else if form.latex {
            out::write(self.table.latex())?;
        } else if form.markdown {
            out::write(self.table.markdown())?;
        } else {
            return out::write(format!("{}\n{}", self.table.text(marked()), self.weights()));
        }
        say::text(self.weights());
        Ok(())
    }

    /// Which weights, and what they were searched on.
    fn weights(&self) -> String {
        let Choice { weights, value, goal, searched } = &self.choice;
        let goal = goal.as_ref().map_or(String::new(), |goal| goal.short());
        let reached = value.map_or(String::new(), |value| format!("{value:.2}"));
        let weights = shown(weights);
        let mut text = match searched {
            Searched::Not => format!("weights {weights}"),
            Searched::On(set) => format!(
                "weights {weights}, searched on `{set}`, where the fusion has {goal} {reached}"
            ),
            Searched::InSample => format!(
                "weights {weights}, searched for {goal} on the segments that are reported: \
                 the metrics of the fusion are too good (optimistic)"
            ),
            Searched::Folds { folds, .. } => {
                let fold = |(i, fold): (usize, &Fold)| {
                    let Fold { videos, segments, found } = fold;
                    let weights = shown(&found.weights);
                    let s = if *videos == 1 { "" } else { "s" };
                    format!(
                        "fold {}: weights {weights} for {videos} video{s}, {segments} segments\n",
                        i + 1
                    )
                };
                let folds: String = folds.iter().enumerate().map(fold).collect();
                format!(
                    "cross-validated: each fold has weights searched for {goal} on the videos of the \
                     others\n{folds}all videos together: weights {weights}, {goal} {reached} on the \
                     same segments (optimistic)"
                )
            }
        };
        text += &match self.norm {
            Norm::None => "\n".to_owned(),
            norm => format!("; scores divided by their {norm}-norm\n"),
        };
        text
    }

    fn json(&self) -> Value {
        let Choice { weights, value, goal, searched } = &self.choice;
        let (how, on, folds) = match searched {
            Searched::Not => ("given", None, None),
            Searched::On(set) => ("other set", Some(set), None),
            Searched::InSample => ("in sample", Some(&self.set), None),
            Searched::Folds { folds, .. } => ("folds", Some(&self.set), Some(folds)),
        };
        let fold = |fold: &Fold| {
            let Fold { videos, segments, found } = fold;
            json!({ "videos": videos, "segments": segments, "weights": found.weights,
                    "value_on_others": found.value })
        };
        let search = goal.as_ref().map(|goal| {
            json!({
                "how": how,
                "metric": goal.metric,
                "on": on,
                "value": value,
                "optimistic": matches!(searched, Searched::InSample),
                "folds": folds.map(|folds| folds.iter().map(fold).collect::<Vec<_>>()),
            })
        });
        json!({
            "set": self.set,
            "norm": self.norm.to_string(),
            "weights": weights,
            "search": search,
            "rows": self.table.json(),
            "out": self.out,
        })
    }
}

fn shown(weights: &[f64]) -> String {
    weights.iter().map(f64::to_string).collect::<Vec<_>>().join(",")
}
