//! What a past action looks like to a network: the sum of its verb, its noun and itself.

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor};

use crate::models::layers::normal;

use super::ActionClasses;

/// Tables of actions, verbs and nouns. Each has two rows more than classes: for padding and for what
/// is hidden.
#[derive(Module, Debug)]
pub(super) struct Embeddings {
    action: Param<Tensor<2>>,
    pub(super) verb: Param<Tensor<2>>,
    pub(super) noun: Param<Tensor<2>>,
    #[module(skip)]
    verb_of: Vec<i64>,
    #[module(skip)]
    noun_of: Vec<i64>,
}

impl Embeddings {
    /// Tables drawn from N(0, std).
    pub(super) fn new(classes: &ActionClasses, dim: usize, std: f64, device: &Device) -> Self {
        let table = |rows: usize| normal(std).init([rows + 2, dim], device);
        Self {
            action: table(classes.actions()),
            verb: table(classes.verbs),
            noun: table(classes.nouns),
            verb_of: classes.verb_of(),
            noun_of: classes.noun_of(),
        }
    }

    /// Looks actions up.
    ///
    /// # Shapes
    /// - actions: `[B, T]`
    /// - output: `[B, T, dim]`
    pub(super) fn forward(&self, actions: Tensor<2, Int>) -> Tensor<3> {
        let [b, t] = actions.dims();
        let [_, dim] = self.action.dims();
        let actions = actions.reshape([b * t]);
        let part = |table: &Param<Tensor<2>>, of: &[i64]| {
            let of = Tensor::<1, Int>::from_ints(of, &actions.device());
            table.val().select(0, of.select(0, actions.clone()))
        };
        let sum = self.action.val().select(0, actions.clone())
            + part(&self.verb, &self.verb_of)
            + part(&self.noun, &self.noun_of);
        sum.reshape([b, t, dim])
    }
}
