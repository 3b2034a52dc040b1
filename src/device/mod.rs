//! The only room that names a Burn backend, and this file the only one in it.
//!
//! Decides which texts name a device, which of them this binary can open, and what `auto` means.
//! It does not know who asks: handing a run to the sibling binary that carries libtorch is `cli`'s
//! business. Invariant: a device that is absent is an error before it is touched, never a panic.
//!
//! | text | backend | compiled in by |
//! |---|---|---|
//! | `flex` | Burn's pure-Rust CPU backend | always |
//! | `libtorch` | libtorch on the CPU | `--features tch` |
//! | `libtorch:cuda:N` | libtorch on the Nth NVIDIA GPU | `--features tch` |
//! | `cuda:N` | Burn's CUDA backend, else libtorch on the same GPU | `--features cuda`, else `tch` |
//! | `wgpu` | Burn's wgpu backend on its default adapter | `--features wgpu` |
//! | `auto` | the first that is there: `libtorch:cuda:0`, `cuda:0`, `wgpu`, `libtorch`, `flex` | always |

mod error;
mod memory;
mod spec;
mod trial;

use burn::tensor::Device;
#[cfg(feature = "wgpu")]
use burn::tensor::DeviceKind;
#[cfg(any(feature = "tch", feature = "cuda", feature = "wgpu"))]
use burn::tensor::DeviceType;

pub use error::DeviceError;
pub use memory::keep_freed_memory;
pub use spec::{DeviceSpec, FORMS};

/// What computes on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// `burn-flex`.
    Flex,
    /// `burn-tch` over libtorch.
    Libtorch,
    /// `burn-cuda`.
    Cuda,
    /// `burn-wgpu`.
    Wgpu,
}

/// The forms of [`FORMS`] that this binary can open, `auto` and `flex` always among them.
pub fn compiled_in() -> Vec<&'static str> {
    let opens = |form: &&str| match *form {
        "auto" | "flex" => true,
        "wgpu" => Backend::Wgpu.is_compiled_in(),
        "cuda:N" => Backend::Cuda.is_compiled_in() || Backend::Libtorch.is_compiled_in(),
        _ => Backend::Libtorch.is_compiled_in(),
    };
    FORMS.into_iter().filter(opens).collect()
}

/// The version of the libtorch that is linked; `None` without one.
pub fn libtorch_version() -> Option<&'static str> {
    option_env!("RUNNER_LIBTORCH_VERSION")
}

/// Makes the random numbers drawn on `device` repeatable.
///
/// Every backend here keeps one generator for the process, so this seeds them all alike.
pub fn seed(device: &Device, seed: u64) {
    device.seed(seed);
}

impl Backend {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Flex, Self::Libtorch, Self::Cuda, Self::Wgpu];

    /// The name in the manifest: `flex`, `libtorch`, `cuda`, `wgpu`.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Flex => "flex",
            Backend::Libtorch => "libtorch",
            Backend::Cuda => "cuda",
            Backend::Wgpu => "wgpu",
        }
    }

    /// Whether this binary carries the backend.
    pub fn is_compiled_in(self) -> bool {
        match self {
            Backend::Flex => true,
            Backend::Libtorch => cfg!(feature = "tch"),
            Backend::Cuda => cfg!(feature = "cuda"),
            Backend::Wgpu => cfg!(feature = "wgpu"),
        }
    }

    /// How many GPUs the backend sees on this machine; none when it is not compiled in.
    pub fn gpus(self) -> usize {
        match self {
            #[cfg(feature = "tch")]
            Backend::Libtorch => Device::enumerate(DeviceType::LibTorch).len(),
            #[cfg(feature = "cuda")]
            Backend::Cuda => Device::enumerate(DeviceType::Cuda).len(),
            #[cfg(feature = "wgpu")]
            Backend::Wgpu => Device::enumerate(DeviceType::Wgpu).len(),
            _ => 0,
        }
    }
}

impl DeviceSpec {
    /// Opens the device for plain computation; training wraps it with [`Device::autodiff`].
    ///
    /// # Errors
    ///
    /// [`DeviceError::NotCompiledIn`] or [`DeviceError::NotPresent`].
    pub fn open(&self) -> Result<Device, DeviceError> {
        let spec = self.resolve();
        let backend = spec.backend();
        if !backend.is_compiled_in() {
            let expected = compiled_in().into_iter().map(str::to_owned).collect();
            return Err(DeviceError::NotCompiledIn { spec, backend, expected });
        }
        if let Some(index) = spec.gpu() {
            let present = backend.gpus();
            if index >= present {
                return Err(DeviceError::NotPresent { spec, backend, present });
            }
        }
        Ok(spec.construct(backend))
    }

    /// Opens the device for training: tensors made on it take part in automatic differentiation.
    ///
    /// # Errors
    ///
    /// As [`DeviceSpec::open`].
    pub fn open_autodiff(&self) -> Result<Device, DeviceError> {
        self.open().map(Device::autodiff)
    }

    /// Replaces `auto` by the device it stands for; every other spec stands for itself.
    ///
    /// Looks only at backends that are compiled in, so it never loads a library to find out.
    pub fn resolve(&self) -> DeviceSpec {
        if *self != DeviceSpec::Auto {
            return *self;
        }
        [DeviceSpec::LibtorchCuda(0), DeviceSpec::Cuda(0), DeviceSpec::Wgpu]
            .into_iter()
            .find(|spec| spec.backend().gpus() > 0)
            .unwrap_or(match Backend::Libtorch.is_compiled_in() {
                true => DeviceSpec::Libtorch,
                false => DeviceSpec::Flex,
            })
    }

    /// The same for the nth of several processes on this machine: where `auto` stands for a GPU and
    /// there are several, each gets the next one.
    pub fn resolve_nth(&self, n: usize) -> DeviceSpec {
        match (*self, self.resolve()) {
            (DeviceSpec::Auto, DeviceSpec::LibtorchCuda(_)) => {
                DeviceSpec::LibtorchCuda(n % Backend::Libtorch.gpus().max(1))
            }
            (DeviceSpec::Auto, DeviceSpec::Cuda(_)) => {
                DeviceSpec::Cuda(n % Backend::Cuda.gpus().max(1))
            }
            (_, spec) => spec,
        }
    }

    /// The backend that opens this device in this binary.
    ///
    /// `cuda:N` is Burn's CUDA backend where that is compiled in and libtorch's elsewhere.
    pub fn backend(&self) -> Backend {
        match self {
            DeviceSpec::Auto => self.resolve().backend(),
            DeviceSpec::Flex => Backend::Flex,
            DeviceSpec::Libtorch | DeviceSpec::LibtorchCuda(_) => Backend::Libtorch,
            DeviceSpec::Cuda(_) if Backend::Cuda.is_compiled_in() => Backend::Cuda,
            DeviceSpec::Cuda(_) => Backend::Libtorch,
            DeviceSpec::Wgpu => Backend::Wgpu,
        }
    }

    /// The index of the GPU that must be there, `None` for a CPU.
    fn gpu(&self) -> Option<usize> {
        match self {
            DeviceSpec::LibtorchCuda(index) | DeviceSpec::Cuda(index) => Some(*index),
            DeviceSpec::Wgpu => Some(0),
            DeviceSpec::Auto | DeviceSpec::Flex | DeviceSpec::Libtorch => None,
        }
    }

    /// The one place where devices are made, after [`DeviceSpec::open`]'s checks.
    #[cfg_attr(feature = "tch", allow(deprecated))] // burn 0.22 is the last line with libtorch
    fn construct(self, backend: Backend) -> Device {
        match (backend, self.gpu()) {
            #[cfg(feature = "tch")]
            (Backend::Libtorch, None) => Device::libtorch(),
            #[cfg(feature = "tch")]
            (Backend::Libtorch, Some(index)) => Device::libtorch_cuda(index),
            #[cfg(feature = "cuda")]
            (Backend::Cuda, index) => Device::cuda(index.unwrap_or(0)),
            #[cfg(feature = "wgpu")]
            (Backend::Wgpu, _) => Device::wgpu(DeviceKind::DefaultDevice),
            _ => Device::flex(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Distribution, Tensor};

    #[test]
    fn flex_is_always_there() {
        assert!(compiled_in().starts_with(&["auto", "flex"]));
        assert!(!DeviceSpec::Flex.open().unwrap().is_autodiff());
        assert!(DeviceSpec::Flex.open_autodiff().unwrap().is_autodiff());
        assert_eq!(DeviceSpec::Flex.backend().name(), "flex");
    }

    #[test]
    fn auto_stands_for_a_device_that_opens() {
        let spec = DeviceSpec::Auto.resolve();
        assert_ne!(spec, DeviceSpec::Auto);
        spec.open().unwrap();
    }

    #[test]
    fn an_absent_device_is_an_error() {
        for spec in [DeviceSpec::LibtorchCuda(999), DeviceSpec::Cuda(999)] {
            let error = spec.open().unwrap_err();
            let compiled_in = spec.backend().is_compiled_in();
            assert_eq!(matches!(error, DeviceError::NotPresent { .. }), compiled_in, "{error}");
            assert!(error.to_string().contains(&spec.to_string()), "{error}");
        }
    }

    #[test]
    fn libtorch_opens_exactly_where_it_is_compiled_in() {
        assert_eq!(DeviceSpec::Libtorch.open().is_ok(), cfg!(feature = "tch"));
    }

    #[test]
    fn a_seed_repeats_the_numbers() {
        let device = DeviceSpec::Auto.open().unwrap();
        let draw = || {
            seed(&device, 7);
            Tensor::<1>::random([4], Distribution::Default, &device).into_data()
        };
        assert_eq!(draw(), draw());
    }
}
