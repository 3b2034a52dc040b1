//! Whether a device computes: something small, of which the result is known.

use burn::tensor::Tensor;

use super::{DeviceError, DeviceSpec};

/// The side of the matrices: large enough that libraries for matrices are called.
const SIDE: usize = 64;

impl DeviceSpec {
    /// Multiplies two matrices on the device and takes the gradient, and compares both with what they
    /// have to be.
    ///
    /// # Errors
    /// As [`DeviceSpec::open`], and [`DeviceError::Wrong`].
    pub fn try_out(&self) -> Result<(), DeviceError> {
        let device = self.open_autodiff()?;
        let a = Tensor::<2>::ones([SIDE, SIDE], &device).require_grad();
        let b = Tensor::<2>::full([SIDE, SIDE], 2.0, &device);
        let sum = a.clone().matmul(b).sum();
        let gradients = sum.backward();
        let gradient = a.grad(&gradients).map(|gradient| gradient.sum().into_scalar::<f32>());
        let found = [sum.into_scalar::<f32>(), gradient.unwrap_or(f32::NAN)];
        // Both are sums of 64^3 twos, which floats of 32 bits hold exactly.
        let expected = (2 * SIDE * SIDE * SIDE) as f32;
        match found == [expected; 2] {
            true => Ok(()),
            false => Err(DeviceError::Wrong { spec: *self, found, expected }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_always_there_computes() {
        DeviceSpec::Flex.try_out().unwrap();
        assert!(DeviceSpec::Cuda(999).try_out().is_err());
    }
}
