//! What people look at: TensorBoard event files and the page of a run.
//!
//! Decides how numbers that are on disk are shown; it only reads runs and never changes one but
//! for adding `report.html` and event files. It does not know how the numbers came about.

mod chart;
mod config_table;
mod error;
mod errors;
mod escape;
mod events;
mod heatmap;
mod html;
mod metrics_table;
mod page;
mod scale;
mod series;
mod tensorboard;

pub use error::ReportError;
pub use errors::{ErrorExample, ErrorGuesses, ErrorModel, ErrorOutcome, ErrorPage, render_errors};
pub use escape::html as escaped;
pub use html::{render_html, write_html};
pub use page::Page;
pub use tensorboard::TensorBoard;
