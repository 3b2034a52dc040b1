//! The pages of `docs/` and the README: every command in them is one that works.
//!
//! | test | commands | how |
//! |---|---|---|
//! | `tutorial` | the blocks ```` ```sh ```` of docs/tutorial.md | run, one after the other, in a fresh directory |
//! | `commands` | every `runner ...` of all pages | composed and checked (`--dry-run`), or parsed (`--help`) where it has a command |
//! | `avt` | - | every key of AVT is on its page |
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod avt;
mod commands;
mod page;
mod tutorial;
