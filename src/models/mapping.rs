//! Logits of one label type from those of another: verb and noun from action.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData, module};

use super::ModelError;

/// Which classes of a label type make up each class of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassMapping {
    /// Label type that is derived, such as `verb`.
    pub target: String,
    /// Label type that is given, such as `action`.
    pub source: String,
    /// Classes of `source`.
    pub source_classes: usize,
    /// Classes of `target`.
    pub target_classes: usize,
    /// Pairs of a class of `source` and the class of `target` it counts for.
    pub pairs: Vec<(usize, usize)>,
}

impl ClassMapping {
    fn describe(&self) -> String {
        format!("{} <- {}", self.target, self.source)
    }

    /// Builds the matrix, whether or not a model classifies these label types.
    pub(crate) fn init(&self, device: &Device) -> Result<ClassMap, ModelError> {
        let shape = [self.source_classes, self.target_classes];
        let data = TensorData::new(self.matrix(shape)?, shape);
        Ok(ClassMap {
            target: self.target.clone(),
            source: self.source.clone(),
            matrix: Tensor::from_data(data, device),
        })
    }

    fn matrix(&self, [rows, columns]: [usize; 2]) -> Result<Vec<f32>, ModelError> {
        let mut matrix = vec![0.0; rows * columns];
        for &(row, column) in &self.pairs {
            for (class, classes) in [(row, rows), (column, columns)] {
                if class >= classes {
                    let mapping = self.describe();
                    return Err(ModelError::MappedClass { mapping, class, classes });
                }
            }
            matrix[row * columns + column] = 1.0;
        }
        Ok(matrix)
    }
}

/// A 0/1 matrix between label types, `cls_map_<target>_<source>` of the original.
#[derive(Module, Debug)]
pub struct ClassMap {
    #[module(skip)]
    target: String,
    #[module(skip)]
    source: String,
    matrix: Tensor<2>,
}

impl ClassMap {
    /// Whether this map derives `target` from `source`.
    pub fn connects(&self, target: &str, source: &str) -> bool {
        self.target == target && self.source == source
    }

    /// Name of the buffer in the original's `state_dict`.
    pub fn name(&self) -> String {
        format!("cls_map_{}_{}", self.target, self.source)
    }

    /// The matrix, `[source classes, target classes]`.
    pub fn matrix(&self) -> Tensor<2> {
        self.matrix.clone()
    }

    /// Sums the logits of the classes that make up each class of the target.
    ///
    /// # Shapes
    /// - logits: `[..., source classes]`
    /// - output: `[..., target classes]`
    pub fn forward<const D: usize>(&self, logits: Tensor<D>) -> Tensor<D> {
        module::linear(logits, self.matrix(), None)
    }
}

/// The map that gives `target` from `source`.
pub(crate) fn find<'a>(
    maps: &'a [ClassMap],
    target: &str,
    source: &str,
) -> Result<&'a ClassMap, ModelError> {
    maps.iter().find(|m| m.connects(target, source)).ok_or_else(|| ModelError::MissingMapping {
        target: target.to_owned(),
        source_type: source.to_owned(),
        expected: maps.iter().map(|m| format!("{} <- {}", m.target, m.source)).collect(),
    })
}
