//! Composition against real Hydra, byte for byte, and what goes beyond it.
//!
//! | what | where |
//! |---|---|
//! | golden cases, one line each, by topic | `tests/compose/tables/<topic>.json` |
//! | golden cases on trees worth browsing | `tests/compose/<case>/` |
//! | random trees, where Python has Hydra | `property` |
//! | origins, explanations, errors | `behaviour` |
//! | sweeps and edits that Hydra has not | `sweeping` |

#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // a test

#[path = "compose/behaviour.rs"]
mod behaviour;
#[path = "compose/case.rs"]
mod case;
#[path = "compose/folders.rs"]
mod folders;
#[path = "compose/property/mod.rs"]
mod property;
#[path = "compose/sweeping.rs"]
mod sweeping;
#[path = "compose/tables.rs"]
mod tables;
