//! Centres of clusters: features as class numbers and back.
//!
//! Source: `common/cluster.py`, `KmeansAssigner`. The centres are a buffer: saved with the model
//! under the original's name, never trained.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData, module};

use crate::models::ModelError;
use crate::models::buffer::Buffer;
use crate::models::error::positive;

/// Centres of clusters of features.
#[derive(Clone, PartialEq)]
pub struct Centroids {
    count: usize,
    width: usize,
    values: Vec<f32>,
}

impl std::fmt::Debug for Centroids {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Centroids({} x {})", self.count, self.width)
    }
}

impl Centroids {
    /// `count` centres of `width` elements, row by row.
    ///
    /// # Errors
    /// Without a centre, or without elements.
    ///
    /// # Panics
    /// When there are not `count * width` values.
    pub fn new(count: usize, width: usize, values: Vec<f32>) -> Result<Self, ModelError> {
        positive("number of centroids", count)?;
        positive("width of a centroid", width)?;
        assert_eq!(values.len(), count * width, "as many values as the shape says");
        Ok(Self { count, width, values })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Puts them where features of width `features` are.
    pub(super) fn init(
        &self,
        features: usize,
        device: &Device,
    ) -> Result<KmeansAssigner, ModelError> {
        if self.width != features {
            return Err(ModelError::CentroidWidth { found: self.width, expected: features });
        }
        let values = TensorData::new(self.values.clone(), [self.count, self.width]);
        Ok(KmeansAssigner { centroids: Buffer::new(Tensor::from_data(values, device)) })
    }
}

/// Assigns features to clusters.
#[derive(Module, Debug)]
pub(super) struct KmeansAssigner {
    /// `[K, F]`.
    centroids: Buffer<Tensor<2>>,
}

impl KmeansAssigner {
    /// The centres, `[K, F]`.
    pub(super) fn centroids(&self) -> Tensor<2> {
        self.centroids.get()
    }

    /// The closest centre of each feature; no gradient passes.
    ///
    /// # Shapes
    /// - features: `[B, T, F]`
    /// - output: `[B, T]`
    pub(super) fn assign(&self, features: Tensor<3>) -> Tensor<2, Int> {
        let [b, t, f] = features.dims();
        let centres = self.centroids();
        let lengths = (centres.clone() * centres.clone()).sum_dim(1).swap_dims(0, 1); // [1, K]
        // The feature's own length is the same for every centre.
        let products = features.detach().reshape([b * t, f]).matmul(centres.swap_dims(0, 1));
        (lengths - products * 2.0).argmin(1).reshape([b, t])
    }

    /// The centres of clusters.
    ///
    /// # Shapes
    /// - clusters: `[B, T]`
    /// - output: `[B, T, F]`
    pub(super) fn features(&self, clusters: Tensor<2, Int>) -> Tensor<3> {
        module::embedding(self.centroids(), clusters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assigner() -> KmeansAssigner {
        let values = vec![0.0, 0.0, 10.0, 0.0, 0.0, 10.0];
        Centroids::new(3, 2, values).unwrap().init(2, &Device::default()).unwrap()
    }

    #[test]
    fn features_go_to_the_closest_centre() {
        let features = [[[6.0, 1.0], [4.0, 3.0]], [[1.0, 9.0], [-5.0, -5.0]]];
        let features = Tensor::<3>::from_floats(features, &Device::default());
        let clusters = assigner().assign(features);
        assert_eq!(clusters.to_data().iter::<i64>().collect::<Vec<_>>(), [1, 0, 2, 0]);
        let centres = assigner().features(clusters).into_data();
        assert_eq!(
            centres.iter::<f32>().collect::<Vec<_>>()[..6],
            [10.0, 0.0, 0.0, 0.0, 0.0, 10.0]
        );
    }

    #[test]
    fn other_widths_are_refused() {
        let centroids = Centroids::new(1, 2, vec![0.0; 2]).unwrap();
        let error = centroids.init(3, &Device::default()).unwrap_err();
        assert_eq!(error, ModelError::CentroidWidth { found: 2, expected: 3 });
        assert!(Centroids::new(0, 2, vec![]).is_err());
    }
}
