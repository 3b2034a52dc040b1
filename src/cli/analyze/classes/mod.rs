//! `runner analyze classes`.

mod correlations;

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::analysis::{ClassOptions, ClassSort, Classes, Marked, Predictions, Support};
use crate::data::Annotations;
use crate::experiment::{self, config::ExperimentConfig};

use super::super::failure::Failure;
use super::super::out;
use super::given::{GivenArgs, Named, warn_of_data, without_labels};
use super::words::words;

#[derive(Debug, Args)]
pub(super) struct ClassesArgs {
    /// First side: a run or a file of results, or several, joined by commas
    #[arg(value_name = "A")]
    first: String,
    /// Second side
    #[arg(value_name = "B", required_unless_present = "correlations")]
    second: Option<String>,
    /// Type of class
    #[arg(long, value_name = "LABEL", default_value = "action")]
    #[arg(value_parser = ["action", "verb", "noun"])]
    label: String,
    /// What is compared: recall@K (among the first K) or top1
    #[arg(long, value_name = "METRIC", default_value = "recall@5", value_parser = metric)]
    metric: usize,
    /// Order of the classes
    #[arg(long, value_name = "ORDER", value_enum, default_value_t = Sort::Gain)]
    sort: Sort,
    /// Leave out classes with fewer evaluated segments
    #[arg(long, value_name = "N", default_value_t = 1)]
    min_support: usize,
    /// Only the first N; of gains the N greatest and the N smallest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// Print for each many-shot class the five whose scores correlate most with its own
    #[arg(long, conflicts_with_all = ["metric", "sort", "min_support", "top"])]
    correlations: bool,
    /// Print CSV
    #[arg(long, group = "form")]
    csv: bool,
    /// Print JSON
    #[arg(long, group = "form")]
    json: bool,
    /// Print a table for Markdown
    #[arg(long, group = "form")]
    markdown: bool,
    #[command(flatten)]
    given: GivenArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Sort {
    /// Greatest gain first
    Gain,
    /// Most segments first
    Support,
    /// By letter
    Name,
}

/// Reads `recall@5` and `top1` as how many of a row's classes count.
fn metric(word: &str) -> Result<usize, String> {
    let k = match word {
        "top1" => Some(1),
        _ => word.strip_prefix("recall@").and_then(|k| k.parse().ok()).filter(|k| *k > 0),
    };
    k.ok_or_else(|| "expected `top1` or `recall@K` with a number K, as in `recall@5`".to_owned())
}

pub(super) fn run(args: &ClassesArgs) -> Result<ExitCode, Failure> {
    let first = side(args, &args.first)?;
    let second = args.second.as_ref().map(|words| side(args, words)).transpose()?;
    let Some(second) = second.filter(|_| !args.correlations) else {
        return correlations::run(args, &first);
    };
    let all: Vec<Named> = [&first[..], &second[..]].concat();
    warn_of_data(&all);
    let config = args.given.config(&all)?.ok_or_else(without_labels)?;
    let annotations = experiment::annotations(&config, &args.given.set)?;
    let read = |side: &[Named]| -> Result<Vec<Predictions>, Failure> {
        side.iter().map(|named| args.given.predictions(named)).collect()
    };
    let (first, second) = (read(&first)?, read(&second)?);
    let names = words(&annotations, &args.label);
    let train = training_sets(&config, &annotations, &args.label);
    let support = Support { names: &names, train: &train };
    let classes = Classes::new([&first, &second], &annotations, support, options(args))?;
    tell(&classes);
    print(&classes, args)?;
    Ok(ExitCode::SUCCESS)
}

/// The places that a list of words, joined by commas, means.
fn side(args: &ClassesArgs, words: &str) -> Result<Vec<Named>, Failure> {
    let words = words.split(',').map(str::trim).filter(|word| !word.is_empty());
    let side: Vec<Named> = words.map(|word| args.given.find(word)).collect::<Result<_, _>>()?;
    if side.is_empty() {
        return Err(Failure::wrong_input("failed to find results: one side is empty"));
    }
    Ok(side)
}

fn options(args: &ClassesArgs) -> ClassOptions {
    ClassOptions {
        label: args.label.clone(),
        k: args.metric,
        sort: match args.sort {
            Sort::Gain => ClassSort::Gain,
            Sort::Support => ClassSort::Support,
            Sort::Name => ClassSort::Name,
        },
        min_support: args.min_support,
        top: args.top.map(|top| top as usize),
    }
}

/// The sets that were trained on; none, with a word on stderr, where one of them cannot be counted.
fn training_sets(
    config: &ExperimentConfig,
    annotations: &Annotations,
    label: &str,
) -> Vec<Annotations> {
    let mut sets = Vec::new();
    for (suffix, _) in &config.dataset_train {
        let set = format!("train{suffix}");
        let why = match experiment::annotations(config, &set) {
            Ok(read) if read.class_names(label) == annotations.class_names(label) => {
                sets.push(read);
                continue;
            }
            Ok(_) => format!("dataset_{set} has other classes"),
            Err(error) => error.to_string(),
        };
        say!("warning: what was trained on is not counted: {why}");
        return Vec::new();
    }
    sets
}

/// Says which segments could not be used, and what is not shown.
fn tell(classes: &Classes) {
    for (name, n) in &classes.left_out.lacking {
        say!("warning: {n} labelled segments are not in `{name}` and are left out");
    }
    if classes.left_out.unlabelled > 0 {
        let n = classes.left_out.unlabelled;
        say!("warning: {n} segments have no label and are left out");
    }
    let hidden = classes.all.len() - classes.rows.len();
    if hidden > 0 {
        say!("{hidden} more classes are not shown");
    }
}

fn print(classes: &Classes, args: &ClassesArgs) -> Result<(), Failure> {
    match (args.csv, args.json, args.markdown) {
        (true, ..) => out::write(classes.csv()),
        (_, true, _) => out::line(format_args!("{:#}", classes.json())),
        (.., true) => out::write(classes.grid().markdown()),
        _ => {
            out::write(classes.grid().text(Marked::Star))?;
            out::line(format_args!("\n{}", classes.summary()))
        }
    }
}
