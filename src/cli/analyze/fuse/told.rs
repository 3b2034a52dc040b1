//! What a fusion prints: each model and their sum in one table, and where the weights are from.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::analysis::{Cell, Grid, Marked, Norm, Pool, Predictions};
use crate::data::Annotations;
use crate::metrics::{FinalOptions, final_metrics};

use super::super::super::failure::Failure;
use super::super::super::out;
use super::super::super::snippet::Style;
use super::FuseArgs;
use super::choice::{Choice, Fold, Searched};

/// In which form the table is printed.
#[derive(Debug, Args)]
pub(super) struct FormArgs {
    /// Print CSV, all metrics
    #[arg(long, group = "form")]
    csv: bool,
    /// Print JSON
    #[arg(long, group = "form")]
    json: bool,
    /// Print a table for LaTeX
    #[arg(long, group = "form")]
    latex: bool,
    /// Print a table for Markdown
    #[arg(long, group = "form")]
    markdown: bool,
}

/// Figures of each label type that a table shows.
const SHOWN: [&str; 3] = ["top1", "top5", "AR5"];

/// One model, or the sum of all.
struct Row {
    name: String,
    segments: usize,
    /// Full names and percent.
    metrics: Vec<(String, f64)>,
}

/// Everything that is printed.
pub(super) struct Told {
    set: String,
    norm: Norm,
    choice: Choice,
    rows: Vec<Row>,
    out: Option<PathBuf>,
}

impl Told {
    pub(super) fn new(
        args: &FuseArgs,
        annotations: &Annotations,
        pool: &Pool,
        fused: &Predictions,
        choice: &Choice,
    ) -> Self {
        let models = pool.models().iter().chain([fused]);
        Self {
            set: args.given.set.clone(),
            norm: args.scale.norm,
            choice: choice.clone(),
            rows: models.map(|model| row(model, annotations)).collect(),
            out: args.out.clone(),
        }
    }

    pub(super) fn print(&self, form: &FormArgs) -> Result<(), Failure> {
        if form.json {
            return out::line(format_args!("{:#}", self.json()));
        }
        if self.rows.iter().all(|row| row.metrics.is_empty()) {
            eprintln!("no segment of `{}` has a label: there are no metrics", self.set);
        }
        let grid = self.grid(form.csv);
        if form.csv {
            out::write(grid.csv())?;
        } else if form.latex {
            out::write(grid.latex())?;
        } else if form.markdown {
            out::write(grid.markdown())?;
        } else {
            let marked = match Style::of_stdout() {
                Style::Plain => Marked::Star,
                _ => Marked::Bold,
            };
            out::write(grid.text(marked))?;
            return out::write(self.weights());
        }
        eprint!("{}", self.weights());
        Ok(())
    }

    fn grid(&self, all: bool) -> Grid {
        let mut names: Vec<&String> = Vec::new();
        for (name, _) in self.rows.iter().flat_map(|row| &row.metrics) {
            let is_goal = self.choice.goal.as_ref().is_some_and(|goal| goal.metric == *name);
            let is_shown = SHOWN.iter().any(|shown| name.ends_with(&format!("/{shown}")));
            if (all || is_shown || is_goal) && !names.contains(&name) {
                names.push(name);
            }
        }
        let value = |row: &Row, name: &String| {
            row.metrics.iter().find(|(n, _)| n == name).map(|(_, value)| *value)
        };
        let best = |name: &String| {
            self.rows.iter().filter_map(|row| value(row, name)).fold(f64::NEG_INFINITY, f64::max)
        };
        let cell = |row: &Row, name: &String| match value(row, name) {
            Some(v) if all => Cell::from(v.to_string()),
            Some(v) => Cell { text: format!("{v:.2}"), best: v == best(name) },
            None => Cell::from(if all { String::new() } else { "-".to_owned() }),
        };
        let line = |row: &Row| {
            let about = [row.name.clone().into(), row.segments.to_string().into()];
            about.into_iter().chain(names.iter().map(|name| cell(row, name))).collect()
        };
        let short = |name: &&String| match all {
            true => (*name).clone(),
            false => name.trim_start_matches("final_acc/").replace('/', "."),
        };
        let head = ["model".to_owned(), "segments".to_owned()];
        Grid {
            head: head.into_iter().chain(names.iter().map(short)).collect(),
            rows: self.rows.iter().map(line).collect(),
            numbers: 1,
        }
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
        let row = |row: &Row| {
            let metrics: Map<String, Value> =
                row.metrics.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            json!({ "name": row.name, "segments": row.segments, "metrics": metrics })
        };
        json!({
            "set": self.set,
            "norm": self.norm.to_string(),
            "weights": weights,
            "search": search,
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
            "out": self.out,
        })
    }
}

fn shown(weights: &[f64]) -> String {
    weights.iter().map(f64::to_string).collect::<Vec<_>>().join(",")
}

fn row(model: &Predictions, annotations: &Annotations) -> Row {
    let many_shot = annotations.vocabulary.many_shot.as_ref();
    let of_label = |label: &&str| {
        let (table, targets) = (model.scores.get(*label)?, model.targets.get(*label)?);
        let many_shot = many_shot.and_then(|many| many.of(label));
        let options = FinalOptions { many_shot, ..Default::default() };
        Some(final_metrics(table.scores(), targets, &options).named(label))
    };
    let labels = ["action", "verb", "noun"];
    Row {
        name: model.name.clone(),
        segments: model.uids.len(),
        metrics: labels.iter().filter_map(of_label).flatten().collect(),
    }
}
