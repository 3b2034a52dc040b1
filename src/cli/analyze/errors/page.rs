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
    let examples = examples.min(errors.cases.len());
    let (page, fitting) =
        fitting(examples, |examples| render_errors(&filled(errors, &words, data, examples)));
    if fitting < examples {
        say!("a page of less than 2 MB has room for {fitting} examples of each outcome");
    }
    if let Some(dir) = table.parent() {
        files::create_dir_all(dir)?;
    }
    files::create_new(table, errors.csv(&annotations.class_names("action")).as_bytes())?;
    files::create_new(html, page.as_bytes())?;
    let shown = Outcome::ALL.map(|outcome| errors.examples(outcome, fitting).len());
    let (shown, all) = (shown.iter().sum::<usize>(), errors.cases.len());
    say!("wrote {} ({all} segments)", table.display());
    say!("wrote {} ({shown} examples)", html.display());
    Ok(())
}

/// The page with as many examples as it has room for, and how many that is.
fn fitting(mut examples: usize, render: impl Fn(usize) -> String) -> (String, usize) {
    loop {
        let page = render(examples);
        if page.len() < BYTES || examples == 0 {
            return (page, examples);
        }
        // A little less than in proportion, since a page has more than examples.
        examples = (examples * BYTES / page.len() * 49 / 50).min(examples - 1);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_to_its_size() {
        let render = |each: usize| move |examples: usize| "x".repeat(300_000 + each * examples);
        assert_eq!(fitting(400, render(500)).1, 400);
        let (page, examples) = fitting(4000, render(1300));
        assert!(page.len() < BYTES && examples > 1000, "{} bytes, {examples}", page.len());
        let (_, none) = fitting(3, render(BYTES));
        assert_eq!(none, 0);
    }
}
