//! One teacher of several, from the `ensemble` node.

use crate::data::TeacherStore;
use crate::data::teacher::{Combine, ensemble};

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig};
use super::Basis;
use super::data::at;

/// An ensemble, put together in memory.
pub(in super::super) struct Ensemble {
    pub basis: Basis,
    pub store: TeacherStore,
    /// How many stores it is of.
    pub members: usize,
}

impl Ensemble {
    /// Reads the members and combines them.
    ///
    /// # Errors
    /// A member that is not there, or that differs from the first.
    pub fn new(config: &ExperimentConfig) -> Result<Self, SetupError> {
        let Some(node) = &config.language.ensemble else {
            return Err(SetupError::unavailable("task"));
        };
        let combine = match node.combine {
            config::Combine::Mean => Combine::Mean,
            config::Combine::MaxPool => Combine::MaxPool,
            config::Combine::Stack => Combine::Stack,
        };
        let store = at("ensemble.members", ensemble(&node.name, &node.members, combine))?;
        let (spec, kind) = (config.run.device.resolve(), store.manifest().origin);
        let basis = Basis::new(spec, kind, [store.fingerprint().to_owned()]);
        Ok(Self { basis, store, members: node.members.len() })
    }
}
