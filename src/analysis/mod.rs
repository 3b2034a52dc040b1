//! Tables over runs.
//!
//! Decides which runs and which numbers a table shows. It only reads, and it does not know where
//! a table is printed.

mod error;
mod filter;
mod table;

pub use error::AnalysisError;
pub use filter::RunFilter;
pub use table::RunTable;
