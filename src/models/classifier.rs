//! Classifiers: feature -> scores of the classes of one label type.
//!
//! Source: `torch.nn.Linear`, and AVT's `models/classifiers.py`, `MLP`.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::error::positive;
use super::layers::linear;
use super::stack::{self, relu_stack};
use super::{Linear, ModelError, ModuleDict};

/// Which classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassifierConfig {
    /// `torch.nn.Linear`.
    Linear {
        /// Whether it adds a bias.
        bias: bool,
    },
    /// Layers that keep the width, with ReLUs, and one that gives the scores.
    Mlp {
        /// Layers, the last included.
        nlayers: usize,
        /// Whether those before the last add a bias; the last always does.
        bias: bool,
    },
}

/// Scores the classes of one label type.
#[derive(Module, Debug)]
pub enum Classifier {
    /// One layer.
    Linear(Linear),
    /// Several layers.
    Mlp(MlpClassifier),
}

/// Layers that keep the width, with ReLUs, and one that gives the scores.
#[derive(Module, Debug)]
pub struct MlpClassifier {
    cls: ModuleDict<Linear>,
}

impl ClassifierConfig {
    /// Builds the classifier of features of a width into so many classes.
    ///
    /// # Errors
    /// [`ModelError`] when there are no layers or no classes.
    pub fn init(
        &self,
        width: usize,
        classes: usize,
        device: &Device,
    ) -> Result<Classifier, ModelError> {
        positive("classes", classes)?;
        Ok(match *self {
            Self::Linear { bias } => Classifier::Linear(linear(width, classes, bias, device)),
            Self::Mlp { nlayers, bias } => {
                let mut widths = vec![width; positive("nlayers", nlayers)?];
                widths.push(classes);
                Classifier::Mlp(MlpClassifier { cls: relu_stack(&widths, bias, device) })
            }
        })
    }
}

impl Classifier {
    /// Scores.
    ///
    /// # Shapes
    /// - features: `[..., F]`
    /// - output: `[..., classes]`
    pub fn forward<const D: usize>(&self, features: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Linear(layer) => layer.forward(features),
            Self::Mlp(mlp) => stack::forward(&mlp.cls, features),
        }
    }

    /// Whether its parameters are under autodiff.
    pub(super) fn is_trained(&self) -> bool {
        let layer = match self {
            Self::Linear(layer) => Some(layer),
            Self::Mlp(mlp) => mlp.cls.iter().next().map(|(_, layer)| layer),
        };
        layer.is_some_and(|layer| layer.weight.val().is_autodiff())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::named_parameters;

    #[test]
    fn only_the_last_layer_must_have_a_bias() {
        for (nlayers, bias, names) in [
            (1, false, vec!["cls.0.weight", "cls.0.bias"]),
            (2, false, vec!["cls.0.weight", "cls.2.weight", "cls.2.bias"]),
            (2, true, vec!["cls.0.weight", "cls.0.bias", "cls.2.weight", "cls.2.bias"]),
        ] {
            let config = ClassifierConfig::Mlp { nlayers, bias };
            let classifier = config.init(4, 3, &Device::default()).unwrap();
            let found = named_parameters(&classifier);
            assert_eq!(found.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), names);
            let scores = classifier.forward(Tensor::<3>::ones([2, 5, 4], &Device::default()));
            assert_eq!(scores.dims(), [2, 5, 3]);
        }
    }

    #[test]
    fn no_layers_and_no_classes_are_refused() {
        let none = ClassifierConfig::Mlp { nlayers: 0, bias: true };
        assert!(none.init(4, 3, &Device::default()).is_err());
        assert!(ClassifierConfig::Linear { bias: true }.init(4, 0, &Device::default()).is_err());
    }
}
