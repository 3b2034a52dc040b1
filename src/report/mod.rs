//! What people look at: TensorBoard event files, trackers and the page of a run.
//!
//! Decides how numbers that are on disk are shown; it only reads runs and never changes one but
//! for adding `report.html`, event files and `tracking.json`. It does not know how the numbers came about.

mod chart;
mod config_table;
mod error;
mod escape;
mod events;
mod hparams;
mod html;
mod metrics_table;
mod scale;
mod series;
mod tensorboard;
pub mod trackers;

pub use error::ReportError;
pub use hparams::{Hyper, Session, session_end, session_start};
pub use html::{render_html, write_html};
pub use tensorboard::{Histogram, TensorBoard};
