//! Learning rates, one per parameter group, for every iteration.
//!
//! A main schedule runs inside a warm-up, as in `common/scheduler.py` of the original. Decides the
//! learning rates and nothing else: it knows the groups only by their base rates. Invariant: the
//! rates are a function of the config and of [`ScheduleState`], so a resumed run continues exactly.
//!
//! | phase | iterations | rate of a group |
//! |---|---|---|
//! | warm-up | `0 .. W`, `W = max(num_epochs * iterations, 1)` | `floor + base * (ratio + (1 - ratio) * i / W)`; `ratio` is 1 when `W` is 1 |
//! | main | from `W` on, counted 1, 2, ... | by the main schedule, below |
//!
//! | main schedule | rate at count `k` | moves |
//! |---|---|---|
//! | constant | the base rate | - |
//! | [`LinearConfig`] | from the base rate | per iteration |
//! | [`CosineConfig`] | recursive, from the last rate of the warm-up | per iteration |
//! | [`MultiStepConfig`] | from the base rate, with a second ramp of its own | per iteration |
//! | [`PlateauConfig`] | the last one, times `factor` when the metric stalls | per epoch |

mod cosine;
mod exact;
mod linear;
mod plateau;
mod warmup;
mod warmup_multi_step;

use serde::{Deserialize, Serialize};

pub use cosine::CosineConfig;
pub use linear::LinearConfig;
pub use plateau::{PlateauConfig, PlateauGoal, PlateauState, PlateauThreshold, PlateauWarmup};
pub use warmup::WarmupConfig;
pub use warmup_multi_step::{MultiStepConfig, Ramp};

/// The constant the distillation fork adds to every rate of the warm-up.
pub const FORK_FLOOR: f64 = 1e-7;
/// The rate the distillation fork uses at and after the end of the cosine.
pub const FORK_FINAL_LR: f64 = 3e-7;

/// The schedule inside the warm-up.
#[derive(Clone, Debug, PartialEq)]
pub enum MainConfig {
    /// The base rate, from the end of the warm-up on.
    Constant,
    /// A straight line, as language models are trained with.
    Linear(LinearConfig),
    /// `common.scheduler.CosineLR`.
    Cosine(CosineConfig),
    /// `common.scheduler.WarmupMultiStepLR`.
    MultiStep(MultiStepConfig),
    /// `common.scheduler.ReduceLROnPlateau`.
    Plateau(PlateauConfig),
}

/// Everything that fixes the rates of a run, but for the base rates.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleConfig {
    /// The warm-up around the main schedule.
    pub warmup: WarmupConfig,
    /// The schedule after the warm-up.
    pub main: MainConfig,
    /// Batches the loader gives in an epoch; at least one.
    pub iters_per_epoch: usize,
    /// Number of processes; scales the cosine's `eta_min`.
    pub world_size: usize,
}

/// Why there is no schedule, or no next rate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ScheduleError {
    /// A setting without meaning.
    #[error("use schedule setting `{setting}` = {value}: expected {expected}")]
    Setting {
        /// Key under `opt.scheduler` or `opt.warmup`, or the argument.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What would do.
        expected: &'static str,
    },
    /// [`PlateauWarmup::MetricAsPosition`] with a metric beyond the warm-up.
    #[error(
        "warm up under the plateau schedule: the metric {metric} is taken as the iteration number \
         and lies beyond the warm-up of {iterations} iterations"
    )]
    MetricPastWarmup {
        /// The metric of the epoch.
        metric: f64,
        /// Length of the warm-up.
        iterations: f64,
    },
    /// A state of a run with other groups or another main schedule.
    #[error("restore the schedule: the state has {found}, this run has {expected}")]
    State {
        /// What the state holds.
        found: String,
        /// What is needed.
        expected: String,
    },
}

/// Where a schedule stands: plain numbers, exact when written as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleState {
    /// Iteration of the warm-up (the original's `last_epoch`).
    #[serde(with = "exact::number")]
    pub warmup: f64,
    /// Steps of the main schedule taken.
    pub main: u64,
    /// The rates in force, one per group.
    #[serde(with = "exact::numbers")]
    pub lrs: Vec<f64>,
    /// What the plateau schedule remembers.
    pub plateau: Option<PlateauState>,
}

/// Learning rates over a run.
///
/// Call [`step`](Self::step) after every optimizer step and [`epoch_end`](Self::epoch_end) after
/// every epoch, whatever the main schedule is.
#[derive(Clone, Debug)]
pub struct Schedule {
    config: ScheduleConfig,
    warmup: warmup::Warmup,
    base_lrs: Vec<f64>,
    state: ScheduleState,
}

impl Schedule {
    /// Starts at the first iteration.
    ///
    /// # Errors
    /// A setting outside its range.
    pub fn new(config: ScheduleConfig, base_lrs: Vec<f64>) -> Result<Self, ScheduleError> {
        require(
            config.iters_per_epoch > 0,
            "iters_per_epoch",
            config.iters_per_epoch,
            "at least one",
        )?;
        match &config.main {
            MainConfig::Constant => {}
            MainConfig::Linear(line) => line.check()?,
            MainConfig::Cosine(cosine) => cosine.check()?,
            MainConfig::MultiStep(steps) => steps.check()?,
            MainConfig::Plateau(plateau) => plateau.check()?,
        }
        let warmup = warmup::Warmup::new(&config.warmup, config.iters_per_epoch)?;
        let plateau = matches!(config.main, MainConfig::Plateau(_)).then(PlateauState::default);
        let lrs = warmup.lrs(0.0, &base_lrs);
        let state = ScheduleState { warmup: 0.0, main: 0, lrs, plateau };
        Ok(Self { config, warmup, base_lrs, state })
    }

    /// The rate of every group for the coming iteration.
    pub fn lrs(&self) -> &[f64] {
        &self.state.lrs
    }

    /// The rate that is logged: that of the first group.
    pub fn lr(&self) -> f64 {
        self.state.lrs.first().copied().unwrap_or(0.0)
    }

    /// Moves on by one iteration.
    pub fn step(&mut self) {
        let iterations = self.config.iters_per_epoch as f64;
        let warming = self.warmup.lasts_after(self.state.warmup);
        match &self.config.main {
            MainConfig::Plateau(plateau) => {
                if warming && plateau.warmup == PlateauWarmup::PerIteration {
                    self.warm_up(self.state.warmup + 1.0);
                }
            }
            _ if warming => self.warm_up(self.state.warmup + 1.0),
            MainConfig::Constant => {
                self.state.main += 1;
                self.state.lrs.clone_from(&self.base_lrs);
            }
            MainConfig::Linear(line) => {
                // The count is 1 right after a warm-up, and after the first iteration without one.
                let n = self.state.main + u64::from(!self.warmup.ramps());
                self.state.main += 1;
                let share = line.share(n, self.config.iters_per_epoch);
                self.state.lrs = self.base_lrs.iter().map(|base| base * share).collect();
            }
            MainConfig::Cosine(cosine) => {
                self.state.main += 1;
                let span = cosine.span(self.config.iters_per_epoch, self.config.world_size);
                span.advance(self.state.main, &mut self.state.lrs);
            }
            MainConfig::MultiStep(steps) => {
                self.state.main += 1;
                let factor = steps.factor(self.state.main, iterations);
                self.state.lrs = self.base_lrs.iter().map(|base| factor.of(*base)).collect();
            }
        }
    }

    /// Tells the epoch's main metric (`acc1`; 0 when the epoch was not evaluated, as the original).
    ///
    /// Only the plateau schedule listens.
    ///
    /// # Errors
    /// [`ScheduleError::MetricPastWarmup`], only with [`PlateauWarmup::MetricAsPosition`].
    pub fn epoch_end(&mut self, metric: f64) -> Result<(), ScheduleError> {
        let MainConfig::Plateau(plateau) = &self.config.main else { return Ok(()) };
        if !self.warmup.lasts_after(self.state.warmup) {
            self.state.main += 1;
            let memory = self.state.plateau.get_or_insert_default();
            plateau.advance(memory, metric, &mut self.state.lrs);
        } else if plateau.warmup == PlateauWarmup::MetricAsPosition {
            self.warmup.check_position(metric)?;
            self.warm_up(metric);
        }
        Ok(())
    }

    /// Where the schedule stands, for a checkpoint.
    pub fn state(&self) -> &ScheduleState {
        &self.state
    }

    /// Continues from a checkpoint of the same config.
    ///
    /// # Errors
    /// The state belongs to other groups or another kind of schedule.
    pub fn load_state(&mut self, state: ScheduleState) -> Result<(), ScheduleError> {
        let describe = |s: &ScheduleState| {
            let kind = if s.plateau.is_some() { "a plateau" } else { "no plateau" };
            format!("{} groups and {kind}", s.lrs.len())
        };
        let (found, expected) = (describe(&state), describe(&self.state));
        if found != expected {
            return Err(ScheduleError::State { found, expected });
        }
        self.state = state;
        Ok(())
    }

    fn warm_up(&mut self, position: f64) {
        self.state.warmup = position;
        self.state.lrs = self.warmup.lrs(position, &self.base_lrs);
    }
}

/// Refuses a setting that does not hold.
fn require(
    holds: bool,
    setting: &'static str,
    value: impl std::fmt::Display,
    expected: &'static str,
) -> Result<(), ScheduleError> {
    if holds {
        return Ok(());
    }
    Err(ScheduleError::Setting { setting, value: value.to_string(), expected })
}

#[cfg(test)]
mod tests;
