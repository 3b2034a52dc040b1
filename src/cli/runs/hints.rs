//! What to do about runs that cannot be found, read or compared.

use crate::analysis::AnalysisError;
use crate::runs::RunError;

use super::super::failure::{Failure, nearest};
use super::super::nearest::nearest_of;

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        let failure = Self::wrong_input(&error);
        match hint(&error) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<AnalysisError> for Failure {
    fn from(error: AnalysisError) -> Self {
        match error {
            AnalysisError::Run(error) => error.into(),
            AnalysisError::Unknown { ref name, ref known }
            | AnalysisError::State { state: ref name, expected: ref known } => {
                let near = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
                let failure = Self::wrong_input(&error);
                near.into_iter().fold(failure, Self::hint)
            }
            AnalysisError::Data(error) => (*error).into(),
            AnalysisError::NoMetric { ref name, ref known } => {
                let word = name.replace('.', "/");
                let near = nearest_ending(&word, known);
                let near = near.map(|near| format!("did you mean `{near}`?"));
                near.into_iter().fold(Self::wrong_input(&error), Self::hint)
            }
            other => match to_do(&other) {
                Some(hint) => Self::wrong_input(other).hint(hint),
                None => Self::wrong_input(other),
            },
        }
    }
}

/// The name of a metric most like `word`, which may be its end: `action/top` of `final_acc/action/top1`.
fn nearest_ending<'a>(word: &str, known: &'a [String]) -> Option<&'a str> {
    let endings = |name: &'a String| {
        let inner = name.match_indices('/').map(|(at, _)| &name[at + 1..]);
        std::iter::once(name.as_str()).chain(inner)
    };
    nearest_of(word, known.iter().flat_map(endings)).map(|(name, _)| name)
}

/// What to do about predictions that cannot be found or used.
fn to_do(error: &AnalysisError) -> Option<String> {
    Some(match error {
        AnalysisError::NoResults { set, found, .. } if !found.is_empty() => {
            match nearest(set, found) {
                Some(near) => format!("did you mean `--set {near}`?"),
                None => format!("say which with `--set {}`", found[0]),
            }
        }
        AnalysisError::NoResults { .. } => {
            "results come from runs whose `eval.eval_fn.store` is true; `runner runs list` shows how \
             runs stand"
                .into()
        }
        AnalysisError::NoLabels { .. }
        | AnalysisError::OtherClasses { .. }
        | AnalysisError::OtherSegments { .. }
        | AnalysisError::OtherLabels { .. } => {
            "say whose annotations they are for with `--of RUN` or `--of EXPERIMENT`, and which set \
             of it with `--set SET`"
                .into()
        }
        _ => return None,
    })
}

/// What to do about a run that cannot be found or used.
fn hint(error: &RunError) -> Option<String> {
    match error {
        RunError::NoRun { known, .. } if known.is_empty() => {
            Some("say with `--outputs DIR` where the runs are".into())
        }
        RunError::NoRun { name, .. } if name.contains('=') => {
            Some("a condition is written with `==`: 'distill==1'".into())
        }
        RunError::NoRun { name, known, .. } => Some(match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`runner runs list` shows what there is".into(),
        }),
        RunError::Dangling { .. } => {
            Some("`runner runs list` shows what there is; the next run points it anew".into())
        }
        _ => None,
    }
}
