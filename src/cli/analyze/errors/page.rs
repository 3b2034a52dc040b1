//! The files of `runner analyze errors`: a table of all segments and a page of examples.

use std::env;
use std::path::Path;

use crate::analysis::{Case, Errors, Guesses, Outcome, Role};
use crate::data::Annotations;
use crate::files;
use crate::report::{
    ErrorExample, ErrorGuesses, ErrorModel, ErrorOutcome, ErrorPage, render_errors,
};
use crate::runs::DataKind;

use super::super::super::failure::Failure;
use super::super::given::{Named, data_of};
use super::super::words::words;

/// A page is smaller than this, whatever number of examples is asked for.
const BYTES: usize = 2_000_000;
/// As many guesses of a model as a page shows.
const GUESSES: usize = 5;

/// Writes both files and says so.
pub(super) fn write(
    errors: &Errors<'_>,
    annotations: &Annotations,
    models: &[Named],
    examples: usize,
    [table, html]: [&Path; 2],
) -> Result<(), Failure> {
    let words = words(annotations, "action");
    let data = kind(annotations, models);
    let mut examples = examples;
    let page = loop {
        let page = render_errors(&filled(errors, &words, data, examples));
        if page.len() < BYTES || examples == 0 {
            break page;
        }
        examples = (examples * BYTES / page.len()).min(examples - 1);
        say!("a page of less than 2 MB has room for {examples} examples of each outcome");
    };
    if let Some(dir) = table.parent() {
        files::create_dir_all(dir)?;
    }
    files::create_new(table, errors.csv(&annotations.class_names("action")).as_bytes())?;
    files::create_new(html, page.as_bytes())?;
    let shown = Outcome::ALL.map(|outcome| errors.examples(outcome, examples).len());
    let (shown, all) = (shown.iter().sum::<usize>(), errors.cases.len());
    say!("wrote {} ({all} segments)", table.display());
    say!("wrote {} ({shown} examples)", html.display());
    Ok(())
}

/// What the figures are worth: as much as the least real of what they come from.
fn kind(annotations: &Annotations, models: &[Named]) -> DataKind {
    let said: Vec<String> = models.iter().filter_map(data_of).collect();
    let is = |kind: &DataKind| {
        annotations.kind().name() == kind.as_str() || said.iter().any(|word| word == kind.as_str())
    };
    [DataKind::Synthetic, DataKind::Simulated].into_iter().find(is).unwrap_or(DataKind::Real)
}

fn filled(errors: &Errors<'_>, words: &[String], data: DataKind, examples: usize) -> ErrorPage {
    let [teacher, baseline, distilled] = errors.right();
    let right = [teacher, baseline, distilled];
    let model = |role: Role| ErrorModel {
        role: role.name(),
        name: errors.names[role as usize].clone(),
        right: right[role as usize],
    };
    let outcome = |(outcome, segments): (Outcome, usize)| ErrorOutcome {
        code: outcome.code(),
        meaning: outcome.meaning(),
        right: [outcome.teacher, outcome.baseline, outcome.distilled],
        segments,
        examples: errors
            .examples(outcome, examples)
            .into_iter()
            .map(|case| example(case, words))
            .collect(),
    };
    ErrorPage {
        title: format!("Errors of {} and {}", errors.names[1], errors.names[2]),
        data,
        k: errors.options.k,
        models: Role::ALL.map(model),
        segments: errors.cases.len(),
        outcomes: Outcome::ALL.into_iter().zip(errors.counts()).map(outcome).collect(),
        notes: super::notes(errors),
        command: command(),
    }
}

fn example(case: &Case<'_>, words: &[String]) -> ErrorExample {
    let word = |action: usize| words[action].clone();
    let guesses = |guesses: &Guesses| ErrorGuesses {
        rank: guesses.rank + 1,
        first: guesses
            .first
            .iter()
            .take(GUESSES)
            .map(|guess| (word(guess.action), guess.probability))
            .collect(),
    };
    ErrorExample {
        uid: case.segment.uid.to_string(),
        video: case.video.to_owned(),
        times: [case.segment.start, case.segment.end],
        history: case.history.iter().map(|(action, _)| word(*action)).collect(),
        target: word(case.target),
        guesses: [0, 1, 2].map(|model| guesses(&case.guesses[model])),
    }
}

/// The command line, `runner` in place of where it lies.
fn command() -> Vec<String> {
    let words = env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    std::iter::once("runner".to_owned()).chain(words).collect()
}
