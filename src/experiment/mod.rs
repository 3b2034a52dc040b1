//! The composition root: typed config, builders, tasks, and the life of a run.
//!
//! Here the rooms meet: [`config`] types what was composed, `build` turns it into objects, `tasks`
//! are what can be done with them, `session` is a run from config to finished directory, `place` says
//! where that is, `sinks` and `checkpoint` fit it to the traits that training owns, `stored` reads
//! results of an earlier attempt, `progress` follows an extraction, `teaching` a model that learns,
//! `publish` writes what a task leaves for others when it is its `turn`, a teacher as a `folder`;
//! `state_dict`, `language_model` and `export` exchange weights with other programs. What a config asks for is built as `work`, and
//! `needs` lists the files that it reads, `annotations` reads the labels alone; `pipeline` finds the stages that stand before a task; `rank`
//! says which of several processes this is, `ranks` joins those that train one model.

mod annotations;
mod build;
mod checkpoint;
pub mod config;
mod error;
mod export;
mod folder;
pub mod language_model;
mod log;
mod needs;
pub mod pipeline;
mod place;
mod progress;
mod publish;
mod rank;
mod ranks;
mod session;
mod sinks;
mod state_dict;
mod stop;
mod stored;
mod tasks;
mod teaching;
mod turn;
mod work;

pub use annotations::{annotations, labelled};
pub use error::{ExperimentError, SetupError};
pub use export::{Exported, ExportedArray, export_checkpoint};
pub use log::{FILE_ONLY, RunLog};
pub use needs::{needs, roots};
pub use place::numbered;
pub use ranks::{follows, leave, refuse_mpi};
pub use session::{
    Request, RunReport, Take, config_hash, is_product_there, refuse_unavailable, run,
};
pub use stop::StopFlag;
pub use tasks::Finished;
