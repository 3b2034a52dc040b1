//! Whether the files of a data root are there, and hold what they should.
//!
//! | file | decides |
//! |---|---|
//! | [`layout()`] | what belongs to a whole root |
//! | `source` | where each part is to be had |
//! | `item` | what is looked at |
//! | `look`, `inside`, `covers` | what is found: existence, content, how many segments it serves |
//! | `sums` | checksums: those of the published files, those of a list of one's own |
//! | `report` | what is told |
//!
//! A file of another program is read with the readers that training uses, so what is found whole here
//! can be trained on. Nothing is written and nothing is downloaded. It does not know configs: which
//! files a config reads is said in `experiment`.

mod covers;
mod finding;
mod inside;
mod item;
mod layout;
mod look;
mod report;
pub mod source;
mod sums;

pub use finding::{Finding, State};
pub use item::{Content, Item, Kind, Names, Observed, Set, tidy};
pub use layout::{LANGUAGE_MODEL, Roots, layout, names};
pub use look::look;
pub use report::Report;
pub use sums::{Hashed, Sums, hash};
