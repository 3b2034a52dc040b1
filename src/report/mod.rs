//! What people look at: TensorBoard event files, trackers, the page of a run, the page of a sweep.
//!
//! Decides how numbers that are on disk are shown; it only reads runs and never changes one but
//! for adding `report.html`, event files and `tracking.json`. It does not know how the numbers came about.

mod chart;
mod error;
mod errors;
mod escape;
mod events;
mod heatmap;
mod hparams;
mod page;
mod run;
mod scale;
mod series;
mod sweep;
mod tensorboard;
pub mod trackers;

pub use error::ReportError;
pub use errors::{ErrorExample, ErrorGuesses, ErrorModel, ErrorOutcome, ErrorPage, render_errors};
pub use escape::html as escaped;
pub use hparams::{Hyper, Session, session_end, session_start};
pub use page::Page;
pub use run::{render_html, write_html};
pub use sweep::{Made, Measured, Metric, Setting, SweepJob, SweepPage, render_sweep};
pub use tensorboard::{Histogram, TensorBoard};
