//! Which weights a fusion has, and on what they were searched.
//!
//! Never on the segments that are reported unless that is asked for: by default every video is fused
//! with weights that were searched on other videos.

use std::collections::HashSet;
use std::str::FromStr;

use crate::analysis::{AnalysisError, Found, FusionError, Goal, Pool, search, video_folds};
use crate::data::{Annotations, Uid};
use crate::files;

use super::super::super::failure::Failure;
use super::super::given::Named;
use super::super::models;
use super::FuseArgs;

/// Groups of videos where none are asked for.
const FOLDS: usize = 5;

/// What `--weights` says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Weights {
    /// One for each model.
    Given(Vec<f64>),
    /// All the same.
    Even,
    /// To be searched.
    Search,
}

impl FromStr for Weights {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "search" => Ok(Self::Search),
            "1,.." => Ok(Self::Even),
            text => match models::parse_weights(text) {
                Ok(weights) => Ok(Self::Given(weights)),
                Err(problem) => Err(format!("{problem}, or `search`")),
            },
        }
    }
}

/// A group of videos, fused with weights of the others.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    pub videos: usize,
    pub segments: usize,
    pub found: Found,
}

/// On what weights were searched.
#[derive(Clone, Debug)]
pub(super) enum Searched {
    /// They were given.
    Not,
    /// Another set.
    On(String),
    /// The reported segments.
    InSample,
    /// The other groups of videos, for each row's group.
    Folds { folds: Vec<Fold>, of_row: Vec<usize> },
}

/// Weights, and where they are from.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// One for each model; of folds, what all videos together give.
    pub weights: Vec<f64>,
    /// What the search reached there, percent.
    pub value: Option<f64>,
    pub goal: Option<Goal>,
    pub searched: Searched,
}

/// Refuses flags that do not go together before anything is read.
pub(super) fn check(args: &FuseArgs, named: &[Named]) -> Result<(), Failure> {
    let of_search = [
        ("--search-on", args.search_on.is_some()),
        ("--folds", args.folds.is_some()),
        ("--search-in-sample", args.search_in_sample),
        ("--metric", args.metric.is_some()),
    ];
    match &args.weights {
        Weights::Search => {}
        weights => {
            if let Weights::Given(weights) = weights {
                models::weights(Some(weights), named.len())?;
            }
            if let Some((flag, _)) = of_search.iter().find(|(_, is_given)| *is_given) {
                let text = format!("failed to use `{flag}`: no weights are searched");
                return Err(Failure::wrong_input(text).hint("add `--weights search`"));
            }
        }
    }
    let Some(set) = &args.search_on else { return Ok(()) };
    if *set == args.given.set {
        let text = format!("failed to search weights on `{set}`: that is the set that is reported");
        let hint = "name another set, or ask for too good metrics with `--search-in-sample`";
        return Err(Failure::wrong_input(text).hint(hint));
    }
    match named.iter().find(|one| !files::is_dir(&one.place)) {
        None => Ok(()),
        Some(one) => {
            let text = format!(
                "failed to search weights on `{set}`: `{}` is one file, which holds one set",
                one.name
            );
            Err(Failure::wrong_input(text).hint("name runs, or use `--folds K`"))
        }
    }
}

impl Choice {
    pub(super) fn new(
        args: &FuseArgs,
        named: &[Named],
        annotations: &Annotations,
        pool: &Pool,
    ) -> Result<Self, Failure> {
        let given = match &args.weights {
            Weights::Given(weights) => Some(weights.as_slice()),
            Weights::Even => None,
            Weights::Search => return Self::search(args, named, annotations, pool),
        };
        let weights = models::weights(given, named.len())?;
        Ok(Self { weights, value: None, goal: None, searched: Searched::Not })
    }

    fn search(
        args: &FuseArgs,
        named: &[Named],
        annotations: &Annotations,
        pool: &Pool,
    ) -> Result<Self, Failure> {
        let main = annotations.collection.primary_metric();
        let goal = Goal::named(args.metric.as_deref().unwrap_or(main), pool.labels())?;
        let found = |found: Found, searched| Self {
            weights: found.weights,
            value: Some(found.value),
            goal: Some(goal.clone()),
            searched,
        };
        if let Some(set) = &args.search_on {
            let others = args.given.annotations(set, named)?;
            let read = models::read(named, set, &others)?;
            let other = models::pool(read, args.scale.norm, &others)?;
            warn_of_overlap(set, (&others, &other), (annotations, pool));
            let best = best(&other, &goal, &others, set, |_| true)?;
            return Ok(found(best, Searched::On(set.clone())));
        }
        let set = &args.given.set;
        let all = best(pool, &goal, annotations, set, |_| true)?;
        if args.search_in_sample {
            return Ok(found(all, Searched::InSample));
        }
        let folds = args.folds.unwrap_or(FOLDS);
        let searched = cross_validated(pool, &goal, annotations, set, folds)?;
        Ok(found(all, searched))
    }

    /// The weights of a row.
    pub(super) fn of_row(&self, row: usize) -> &[f64] {
        match &self.searched {
            Searched::Folds { folds, of_row } => &folds[of_row[row]].found.weights,
            _ => &self.weights,
        }
    }
}

fn best(
    pool: &Pool,
    goal: &Goal,
    annotations: &Annotations,
    set: &str,
    keep: impl Fn(usize) -> bool,
) -> Result<Found, AnalysisError> {
    let many_shot = annotations.vocabulary.many_shot.as_ref().and_then(|m| m.of(&goal.label));
    Ok(search(pool, goal, many_shot, set, keep)?)
}

fn cross_validated(
    pool: &Pool,
    goal: &Goal,
    annotations: &Annotations,
    set: &str,
    folds: usize,
) -> Result<Searched, AnalysisError> {
    let of_row = video_folds(pool.uids(), annotations, folds)?;
    let videos = videos(annotations, pool.uids());
    let fold = |fold: usize| {
        let found = best(pool, goal, annotations, set, |row| of_row[row] != fold)?;
        let rows = || (0..of_row.len()).filter(|row| of_row[*row] == fold);
        let videos: HashSet<&str> = rows().map(|row| videos[row]).collect();
        Ok(Fold { videos: videos.len(), segments: rows().count(), found })
    };
    let folds = (0..folds).map(fold).collect::<Result<Vec<Fold>, AnalysisError>>()?;
    Ok(Searched::Folds { folds, of_row })
}

/// The video of each segment; no name where the annotations have none.
fn videos<'a>(annotations: &'a Annotations, uids: &[Uid]) -> Vec<&'a str> {
    let known: std::collections::HashMap<&Uid, usize> =
        annotations.segments.iter().map(|s| (&s.uid, s.video)).collect();
    let name = |uid| known.get(uid).map_or("", |video| annotations.videos[*video].as_str());
    uids.iter().map(name).collect()
}

/// Says when segments that are reported are among those of the search.
fn warn_of_overlap(set: &str, other: (&Annotations, &Pool), own: (&Annotations, &Pool)) {
    let segments = |(annotations, pool): (&Annotations, &Pool)| -> HashSet<(String, Uid)> {
        let videos = videos(annotations, pool.uids()).into_iter().map(str::to_owned);
        videos.zip(pool.uids().iter().cloned()).collect()
    };
    let both = segments(other).intersection(&segments(own)).count();
    if both > 0 {
        say!("warning: {both} segments of `{set}` are among those that are reported");
    }
}

impl From<FusionError> for Failure {
    fn from(error: FusionError) -> Self {
        AnalysisError::from(error).into()
    }
}
