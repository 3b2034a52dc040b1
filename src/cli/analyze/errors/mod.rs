//! `runner analyze errors`.

mod page;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::analysis::{ErrorOptions, Errors, Marked};
use crate::data::{Annotations, Collection, Version};
use crate::experiment;
use crate::experiment::config::{Coverage, HistoryConfig, Task};
use crate::files;

use super::super::failure::Failure;
use super::super::out;
use super::super::runs::recorded;
use super::given::{GivenArgs, Named, warn_of_data};

const TABLE: &str = "errors.csv";
const PAGE: &str = "errors.html";

#[derive(Debug, Args)]
pub(super) struct ErrorsArgs {
    /// The teacher: a store of predictions, a pickle, or a run
    #[arg(long, value_name = "RESULTS")]
    teacher: String,
    /// A student without a teacher: a run, an h5 file, a pickle
    #[arg(long, value_name = "RESULTS")]
    baseline: String,
    /// A student of the teacher
    #[arg(long, value_name = "RESULTS")]
    distilled: String,
    /// A model is right when the true action is among its first K
    #[arg(long, value_name = "K", default_value_t = 5)]
    k: usize,
    /// Past actions to show
    ///
    /// Without it as many as the teacher reads, if it is a run, else 15 of EGTEA and 5 of others.
    #[arg(long, value_name = "N")]
    history: Option<usize>,
    /// Write errors.csv, a row a segment, and errors.html, examples to read, into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Examples of each outcome on the page
    #[arg(long, value_name = "N", default_value_t = 50, requires = "out")]
    examples: usize,
    /// Print CSV, with the names of the original's notebook
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

pub(super) fn run(args: &ErrorsArgs) -> Result<ExitCode, Failure> {
    let places = args.out.as_ref().map(|dir| [TABLE, PAGE].map(|name| dir.join(name)));
    if let Some(there) = places.iter().flatten().find(|path| files::kind(path).is_some()) {
        let text = format!("failed to write `{}`: it is there already", there.display());
        return Err(Failure::wrong_input(text).hint("give another directory with `--out DIR`"));
    }
    let given = &args.given;
    let teacher = teacher(given.find(&args.teacher)?, &given.set)?;
    let [baseline, distilled] = [given.find(&args.baseline)?, given.find(&args.distilled)?];
    let students = [baseline.clone(), distilled.clone(), teacher.clone()];
    warn_of_data(&students[..2]);
    let annotations = given.annotations(&given.set, &students)?;
    let past = past(args, &teacher, &annotations)?;
    let models = [teacher, baseline, distilled];
    let read = |model: &Named| given.predictions(model);
    let said = [read(&models[0])?, read(&models[1])?, read(&models[2])?];
    let seen: Vec<&Annotations> = std::iter::once(&annotations).chain(&past.seen).collect();
    let errors = Errors::new(said.each_ref(), &annotations, &seen, past.options(args.k))?;
    tell(&errors);
    if let Some([table, html]) = &places {
        page::write(&errors, &annotations, &models, args.examples, [table, html])?;
    }
    print(&errors, args)?;
    Ok(ExitCode::SUCCESS)
}

fn print(errors: &Errors<'_>, args: &ErrorsArgs) -> Result<(), Failure> {
    match (args.csv, args.json, args.markdown) {
        (true, ..) => out::write(errors.counts_csv()),
        (_, true, _) => out::line(format_args!("{:#}", errors.json())),
        (.., true) => out::write(errors.grid().markdown()),
        _ => out::write(errors.grid().text(Marked::Star)),
    }
}

/// Says which segments could not be used.
fn tell(errors: &Errors<'_>) {
    for note in notes(errors) {
        say!("warning: {note}");
    }
}

/// What could not be used, a sentence each.
fn notes(errors: &Errors<'_>) -> Vec<String> {
    let left_out = &errors.left_out;
    let mut notes: Vec<String> = left_out
        .lacking
        .iter()
        .map(|(name, n)| format!("{n} labelled segments are not in `{name}` and are left out"))
        .collect();
    if left_out.unlabelled > 0 {
        notes.push(format!("{} segments have no label and are left out", left_out.unlabelled));
    }
    notes
}

/// The store that a teacher's run wrote, where it has no results of its own.
fn teacher(named: Named, set: &str) -> Result<Named, Failure> {
    let Some(run) = named.run().filter(|run| *run == named.place) else { return Ok(named) };
    if files::is_file(&run.join("results").join(format!("{set}.h5"))) {
        return Ok(named);
    }
    let config = recorded(run)?.config;
    let store = match config.run.task {
        Task::TeacherPredict => config.language.predict.map(|predict| predict.store),
        Task::TeacherEnsemble => config.language.ensemble.map(|ensemble| ensemble.store),
        _ => None,
    };
    match store {
        Some(place) if files::is_file(&place) => Ok(Named { place, ..named }),
        Some(place) => {
            let text = format!(
                "failed to read what teacher `{}` says: its store `{}` is not there",
                named.name,
                place.display()
            );
            let hint =
                "the path begins where the run was started; `--teacher FILE` takes the store";
            Err(Failure::wrong_input(text).hint(hint))
        }
        None => Ok(named),
    }
}

/// Which actions count as past.
struct Past {
    /// Further sets whose segments do.
    seen: Vec<Annotations>,
    length: usize,
    deduplicate: bool,
}

impl Past {
    fn options(&self, k: usize) -> ErrorOptions {
        ErrorOptions { k, history: self.length, deduplicate: self.deduplicate }
    }
}

/// What the teacher read, as far as its run says so.
fn past(args: &ErrorsArgs, teacher: &Named, annotations: &Annotations) -> Result<Past, Failure> {
    let config = teacher.run().map(recorded).transpose()?.map(|run| run.config);
    let length = match annotations.collection {
        Collection::Kitchens(Version::Egtea) => 15,
        _ => 5,
    };
    let mut past = Past { seen: Vec::new(), length, deduplicate: false };
    if let Some(config) = &config
        && let Some(HistoryConfig { length, coverage, deduplicate, .. }) = config.language.history
    {
        (past.length, past.deduplicate) = (length, deduplicate);
        if coverage == Coverage::Complete {
            let sets = config
                .datasets()
                .filter_map(|(key, _)| Some(key.strip_prefix("dataset_")?.to_owned()));
            for set in sets.filter(|set| *set != args.given.set) {
                past.seen.push(experiment::annotations(config, &set)?);
            }
        }
    }
    past.length = args.history.unwrap_or(past.length);
    Ok(past)
}
