//! `runner analyze classes RESULTS --correlations`.

use std::process::ExitCode;

use serde_json::json;

use crate::analysis::{Correlated, Grid, Marked, Table, correlated};
use crate::data::Annotations;
use crate::experiment;

use super::super::super::failure::Failure;
use super::super::super::out;
use super::super::given::{Named, without_labels};
use super::super::words::words;
use super::ClassesArgs;

/// How many classes are named of each, as in the original's notebook.
const MOST: usize = 5;

pub(super) fn run(args: &ClassesArgs, side: &[Named]) -> Result<ExitCode, Failure> {
    let [named] = side else { return Err(one_only()) };
    if args.second.is_some() {
        return Err(one_only());
    }
    let config = args.given.config(side)?.ok_or_else(without_labels)?;
    let annotations = experiment::annotations(&config, &args.given.set)?;
    let table = scores(args, named, &annotations)?;
    let names = words(&annotations, &args.label);
    let classes = wanted(&annotations, &args.label, names.len());
    let found = correlated(&table, &classes, MOST);
    let rows: Vec<Row<'_>> =
        classes.iter().zip(&found).map(|(class, found)| Row { class: *class, found }).collect();
    print(args, &rows, &names)?;
    Ok(ExitCode::SUCCESS)
}

fn one_only() -> Failure {
    let text = "failed to correlate classes: several results are given";
    Failure::wrong_input(text)
        .hint("correlations are of one: `runner analyze classes RUN --correlations`")
}

/// A class with those that go with it.
struct Row<'a> {
    class: usize,
    found: &'a [Correlated],
}

fn scores(args: &ClassesArgs, named: &Named, annotations: &Annotations) -> Result<Table, Failure> {
    let (said, _) = args.given.predictions(named)?.with_targets(annotations)?;
    Ok(said.table(&args.label, annotations)?.into_owned())
}

/// The many-shot classes of the data set: those that are listed themselves, where such a list is; all
/// classes where there is none.
fn wanted(annotations: &Annotations, label: &str, classes: usize) -> Vec<usize> {
    let lists = annotations.vocabulary.many_shot.as_ref();
    let listed = lists.and_then(|lists| lists.listed.as_deref()).filter(|_| label == "action");
    match listed.or_else(|| lists?.of(label)) {
        Some(classes) => classes.to_vec(),
        None => (0..classes).collect(),
    }
}

fn print(args: &ClassesArgs, rows: &[Row<'_>], names: &[String]) -> Result<(), Failure> {
    if args.json {
        return out::line(format_args!("{:#}", json(args, rows, names)));
    }
    let form = |one: &Correlated| match args.csv {
        true => [names[one.class].clone(), one.correlation.to_string()].to_vec(),
        false => vec![format!("{} {:.3}", names[one.class], one.correlation)],
    };
    let mut head = vec![args.label.clone()];
    for place in 1..=MOST {
        head.push(format!("correlated {place}"));
        head.extend(args.csv.then(|| format!("correlation {place}")));
    }
    let cells = |row: &Row<'_>| {
        let mut cells = vec![names[row.class].clone()];
        cells.extend(row.found.iter().flat_map(form));
        cells.resize(head.len(), String::new());
        cells.into_iter().map(Into::into).collect()
    };
    let grid = Grid { rows: rows.iter().map(cells).collect(), numbers: head.len(), head };
    match (args.csv, args.markdown) {
        (true, _) => out::write(grid.csv()),
        (_, true) => out::write(grid.markdown()),
        _ => out::write(grid.text(Marked::Star)),
    }
}

fn json(args: &ClassesArgs, rows: &[Row<'_>], names: &[String]) -> serde_json::Value {
    let one = |one: &Correlated| {
        json!({
            "class": one.class,
            "name": names[one.class],
            "correlation": one.correlation,
        })
    };
    let row = |row: &Row<'_>| {
        json!({
            "class": row.class,
            "name": names[row.class],
            "correlated": row.found.iter().map(one).collect::<Vec<_>>(),
        })
    };
    json!({
        "label": args.label,
        "softmax": "over the segments",
        "classes": rows.iter().map(row).collect::<Vec<_>>(),
    })
}
