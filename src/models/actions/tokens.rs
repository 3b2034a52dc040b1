//! Past actions as tensors, and what actions are made of.

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};

/// The classes of a data set: how many, and which verb and noun make an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionClasses {
    /// Number of verbs.
    pub verbs: usize,
    /// Number of nouns.
    pub nouns: usize,
    /// Verb and noun of each action.
    pub of_action: Vec<(usize, usize)>,
}

impl ActionClasses {
    /// Number of actions.
    pub fn actions(&self) -> usize {
        self.of_action.len()
    }

    /// The number that fills up short histories.
    pub fn pad(&self) -> usize {
        self.actions()
    }

    /// The number of an action that is hidden.
    pub fn hidden(&self) -> usize {
        self.actions() + 1
    }

    /// The verb of every number, those of padding and hiding included.
    pub(super) fn verb_of(&self) -> Vec<i64> {
        parts(self.of_action.iter().map(|(verb, _)| *verb), self.verbs)
    }

    /// The noun of every number, those of padding and hiding included.
    pub(super) fn noun_of(&self) -> Vec<i64> {
        parts(self.of_action.iter().map(|(_, noun)| *noun), self.nouns)
    }
}

/// The part of each action, and behind them two classes of their own.
fn parts(of_action: impl Iterator<Item = usize>, classes: usize) -> Vec<i64> {
    of_action.chain([classes, classes + 1]).map(|class| class as i64).collect()
}

/// Histories side by side, oldest action first.
#[derive(Clone, Debug)]
pub struct ActionTokens {
    /// Class numbers, `[B, T]`; those of [`ActionClasses::pad`] at the end of short ones.
    pub actions: Tensor<2, Int>,
    /// True where there is an action, `[B, T]`.
    pub mask: Tensor<2, Bool>,
}

impl ActionTokens {
    /// From row-major numbers and the length of each row; a length of 0 is an empty history.
    ///
    /// # Panics
    /// When there are not `width` numbers a row, or a row is longer.
    pub fn new(actions: Vec<i64>, lengths: &[usize], width: usize, device: &Device) -> Self {
        let rows = lengths.len();
        assert_eq!(actions.len(), rows * width, "`width` numbers for each length");
        assert!(lengths.iter().all(|length| *length <= width), "no row is longer than the width");
        let mask: Vec<bool> =
            lengths.iter().flat_map(|length| (0..width).map(move |t| t < *length)).collect();
        Self {
            actions: Tensor::from_data(TensorData::new(actions, [rows, width]), device),
            mask: Tensor::from_data(TensorData::new(mask, [rows, width]), device),
        }
    }
}
