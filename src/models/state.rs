//! What a model's state dict holds beside its parameters and buffers.

use burn::module::Module;

use super::mapping::ClassMap;

/// A whole model, as it is stored.
pub trait StateDict: Module {
    /// Parameters that go by a second name: `(second, first)`.
    fn tied_names(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Matrices that follow from the data set and are stored all the same.
    fn class_maps(&self) -> &[ClassMap] {
        &[]
    }
}
