//! Overrides with sweeps -> the search space they span -> the overrides of each job.
//!
//! Decides which jobs a sweep has, in which order, and how their overrides are spelt: as Hydra's
//! basic sweeper does (its texts end up in `.hydra/overrides.yaml` and in `--dry-run`). It does not
//! know how jobs are launched, nor what becomes of them but for the one number that a search goes by.
//!
//! | `hydra/sweeper` | jobs | by |
//! |---|---|---|
//! | `basic`, `grid` | a list | [`jobs`] |
//! | `random`, `tpe` | drawn one by one | [`Sampler`] |
//!
//! | override | jobs |
//! |---|---|
//! | `a=1,2 b=x,y` | the product: the last override varies fastest |
//! | `a=1,2 a=3` | an override given twice counts once: last value, first place |
//! | `a=append(x) a=append(y)` | edits of a key add up; a value of the same key drops those before it |
//! | `a=zip(1,2) b=zip(x,y)` | zipped ones advance together, at the place of the first: `a=1 b=x`, `a=2 b=y` |
//! | `a=tag(t,zip(1,2))` | zips advance with those of the same tags only |
//! | `a=range(0)`, `g=glob(x*)` without match | zero jobs, which is no error |
//! | `a=interval(0,1)` | a space without a grid: for `random` and `tpe` |
//! | `hydra.sweeper.params: {a: "1,2"}` | before the overrides, which win over it |
//! | `hydra.sweeper.exclude: ["a == 1"]` | jobs for which a condition holds are left out; see [`condition`] |
//! | `hydra.sweeper.only`, `hydra.sweeper.when` | as `rules` says; not for `basic` |
//! | `hydra.sweeper.max_batch_size: 4` | the same jobs, at most four launched at a time |

mod axis;
pub mod condition;
mod decimal;
mod error;
mod expand;
mod glob;
mod jobs;
mod point;
mod range;
mod rules;
mod sampler;
mod settings;
mod space;
mod stream;
mod tpe;
mod zips;

pub use error::SweepError;
pub use expand::expand;
pub use jobs::{arguments, batch_size, jobs};
pub use sampler::{Sampler, Trial, TrialOutcome};
pub use settings::sweepers;
pub use space::{Choice, Dimension, Domain, SearchSpace};
