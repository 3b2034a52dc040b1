//! The settings of a sweeper, `hydra.sweeper`, by its `_target_`.
//!
//! | `_target_` | `hydra/sweeper` | jobs |
//! |---|---|---|
//! | Hydra's own | `basic` | every combination, as Hydra counts them |
//! | `sweep.Grid` | `grid` | every combination that its conditions let be |
//! | `sweep.Random` | `random` | points drawn evenly |
//! | `sweep.Tpe` | `tpe` | points drawn where good ones were |
//!
//! A config file of one's own that builds on one of them keeps its `_target_` and so its meaning.
//! What conditions say is read by `rules`, which needs their places.

mod texts;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;

use self::texts::Texts;
use super::error::SweepError;
use crate::config::sweeping;
use crate::config::{Composed, ConfigError, ErrorKind, Node};

const KEY: &str = "hydra.sweeper";

/// Every sweeper: its name, its target.
const SWEEPERS: [(&str, &str, Kind); 4] = [
    ("basic", "hydra._internal.core_plugins.basic_sweeper.BasicSweeper", Kind::Basic),
    ("grid", "sweep.Grid", Kind::Grid),
    ("random", "sweep.Random", Kind::Random),
    ("tpe", "sweep.Tpe", Kind::Tpe),
];

/// The names of the sweepers, as `hydra/sweeper` has them.
pub fn sweepers() -> Vec<&'static str> {
    SWEEPERS.iter().map(|(name, ..)| *name).collect()
}

#[derive(Clone, Copy)]
enum Kind {
    Basic,
    Grid,
    Random,
    Tpe,
}

/// What the random numbers of a study begin with.
type Seed = u64;

/// A sweeper with its settings.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Settings {
    /// Its few keys are declared with Hydra's own config.
    Basic,
    Grid,
    Random(Study),
    Tpe(Study, TpeSampler),
}

/// What all sweepers that draw have in common.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Study {
    pub(super) maximizes: bool,
    pub(super) metric: String,
    pub(super) trials: usize,
    pub(super) seed: Seed,
}

/// The settings of the sweeper of a composed config.
///
/// # Errors
/// A sweeper that this program has not, keys that it does not know, values it cannot use.
pub(super) fn of(composed: &Composed) -> Result<Settings, SweepError> {
    let target = format!("{KEY}._target_");
    let node = sweeping::resolved(composed, &target)?;
    let name = node.as_ref().and_then(Node::as_str).unwrap_or_default();
    let Some((.., kind)) = SWEEPERS.iter().find(|(_, target, _)| *target == name) else {
        return Err(no_such(&target, name, node.as_ref()).into());
    };
    Ok(match kind {
        Kind::Basic => Settings::Basic,
        Kind::Grid => {
            sweeping::extract::<GridKeys>(composed, KEY)?;
            Settings::Grid
        }
        Kind::Random => {
            let keys: StudyKeys<RandomSampler> = sweeping::extract(composed, KEY)?;
            Settings::Random(keys.study(composed, keys.sampler.seed)?)
        }
        Kind::Tpe => {
            let keys: StudyKeys<TpeSampler> = sweeping::extract(composed, KEY)?;
            let study = keys.study(composed, keys.sampler.seed)?;
            keys.sampler.check(composed)?;
            Settings::Tpe(study, keys.sampler)
        }
    })
}

/// The error about a `_target_` that is none of this program's.
fn no_such(key: &str, name: &str, node: Option<&Node>) -> ConfigError {
    let is_optuna = name.contains("optuna");
    let problem = if is_optuna {
        "Optuna's sweeper is not part of this program, whose `hydra/sweeper=tpe` searches in the \
         same way"
    } else {
        "no such sweeper; `hydra/sweeper` chooses one"
    };
    let kind = ErrorKind::WrongValue { key: key.to_owned(), problem: problem.to_owned() };
    let like = if is_optuna { "" } else { name };
    let known = SWEEPERS.iter().map(|(_, target, _)| (*target).to_owned()).collect();
    let error = ConfigError::new(kind).expecting(like, known);
    match node {
        Some(node) => error.at(&node.origin),
        None => error,
    }
}

/// `hydra/sweeper=grid`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "who reads the values needs to know their places")]
struct GridKeys {
    #[serde(rename = "_target_")]
    target: String,
    max_batch_size: Option<usize>,
    params: Option<Params>,
    exclude: Option<Texts>,
    only: Option<Texts>,
    when: Option<BTreeMap<String, String>>,
}

/// `hydra/sweeper=random` and `=tpe`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "who reads the values needs to know their places")]
struct StudyKeys<S> {
    #[serde(rename = "_target_")]
    target: String,
    metric: String,
    direction: Direction,
    n_trials: usize,
    n_jobs: Option<usize>,
    seed: Seed,
    sampler: S,
    params: Option<Params>,
    exclude: Option<Texts>,
    only: Option<Texts>,
    when: Option<BTreeMap<String, String>>,
}

/// `hydra.sweeper.params`: whatever is put there is read as overrides.
type Params = BTreeMap<String, Anything>;

#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
struct Anything(#[schemars(with = "serde_json::Value")] IgnoredAny);

/// `hydra.sweeper.direction`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Minimize,
    Maximize,
}

/// `hydra.sweeper.sampler` of `random`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RandomSampler {
    seed: Option<Seed>,
}

/// `hydra.sweeper.sampler` of `tpe`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TpeSampler {
    seed: Option<Seed>,
    /// Points that are drawn evenly before there is anything to go by.
    pub(super) n_startup_trials: usize,
    /// Points of which the most promising is taken.
    pub(super) n_ei_candidates: usize,
    /// Share of the points that counts as good.
    pub(super) gamma: f64,
}

impl<S> StudyKeys<S> {
    fn study(&self, composed: &Composed, seed: Option<Seed>) -> Result<Study, SweepError> {
        if self.n_jobs.is_some() {
            let problem = "how many jobs run at a time is the launcher's: leave it null and set \
                           `hydra.launcher.n_jobs` of `local`, or `hydra.launcher.array_parallelism` \
                           of `slurm`";
            return Err(wrong(composed, "n_jobs", problem)?);
        }
        if self.n_trials == 0 {
            return Err(wrong(composed, "n_trials", "expected at least 1")?);
        }
        Ok(Study {
            maximizes: self.direction == Direction::Maximize,
            metric: self.metric.clone(),
            trials: self.n_trials,
            seed: seed.unwrap_or(self.seed),
        })
    }
}

impl TpeSampler {
    fn check(&self, composed: &Composed) -> Result<(), SweepError> {
        if self.n_ei_candidates == 0 {
            return Err(wrong(composed, "sampler.n_ei_candidates", "expected at least 1")?);
        }
        if !(self.gamma > 0.0 && self.gamma < 1.0) {
            let problem = "expected a share of the points, above 0 and below 1";
            return Err(wrong(composed, "sampler.gamma", problem)?);
        }
        Ok(())
    }
}

/// The error about the value of a key of the sweeper.
fn wrong(composed: &Composed, key: &str, problem: &str) -> Result<SweepError, SweepError> {
    let key = format!("{KEY}.{key}");
    let node = sweeping::resolved(composed, &key)?;
    let kind = ErrorKind::WrongValue { key, problem: problem.to_owned() };
    let error = ConfigError::new(kind);
    Ok(node.map_or(error.clone(), |node| error.at(&node.origin)).into())
}
