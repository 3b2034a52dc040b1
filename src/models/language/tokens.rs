//! What a language model reads: token numbers, row by row, padded at the end.

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};

/// Sentences of a batch as token numbers.
#[derive(Clone, Debug)]
pub struct TokenBatch {
    /// Token numbers, `[B, T]`.
    pub ids: Tensor<2, Int>,
    /// Whether each is a token of its sentence rather than padding, `[B, T]`.
    pub mask: Tensor<2, Bool>,
    padded: bool,
}

impl TokenBatch {
    /// A batch on a device.
    ///
    /// # Shapes
    /// - ids: `B * width`, row by row, padded at the end; lengths: `B`
    ///
    /// # Panics
    /// When there are not `width` numbers for each length, or a row is longer than that.
    pub fn new(ids: Vec<i64>, lengths: &[usize], width: usize, device: &Device) -> Self {
        let rows = lengths.len();
        assert_eq!(ids.len(), rows * width, "{rows} rows of {width} tokens");
        assert!(lengths.iter().all(|length| *length <= width), "rows of at most {width} tokens");
        let mask: Vec<bool> =
            lengths.iter().flat_map(|length| (0..width).map(move |t| t < *length)).collect();
        Self {
            ids: Tensor::from_data(TensorData::new(ids, [rows, width]), device),
            mask: Tensor::from_data(TensorData::new(mask, [rows, width]), device),
            padded: lengths.iter().any(|length| *length < width),
        }
    }

    /// Number of sentences and of tokens in each, padding included.
    pub fn dims(&self) -> [usize; 2] {
        self.ids.dims()
    }

    /// Whether some row has padding.
    pub(crate) fn is_padded(&self) -> bool {
        self.padded
    }

    /// What attention adds to its scores: 0 at tokens, the least number at padding; `None` when
    /// nothing is padded.
    ///
    /// # Shapes
    /// - output: `[B, 1, 1, T]`
    pub(crate) fn additive(&self) -> Option<Tensor<4>> {
        if !self.is_padded() {
            return None;
        }
        let [b, t] = self.dims();
        let padding = self.mask.clone().bool_not().float();
        Some((padding * f32::MIN).reshape([b, 1, 1, t]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_masked_and_its_absence_costs_nothing() {
        let device = Device::default();
        let padded = TokenBatch::new(vec![2, 7, 3, 2, 3, 0], &[3, 2], 3, &device);
        let added: Vec<f32> = padded.additive().unwrap().into_data().try_into_vec().unwrap();
        assert_eq!(added, [0.0, 0.0, 0.0, 0.0, 0.0, f32::MIN]);
        assert!(TokenBatch::new(vec![2, 3], &[2], 2, &device).additive().is_none());
    }
}
