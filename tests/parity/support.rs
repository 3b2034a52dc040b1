//! Fixtures, the device, cases, comparison.

use std::collections::BTreeMap;
use std::path::Path;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};
use runner::files::{HostTensor, TensorFile};
use runner::models::Student;
use runner::models::names::NamePath;
use serde_json::Value;

/// Greatest difference allowed, as a part of the greatest magnitude of the array.
pub const TOLERANCE: f32 = 2e-5;

/// A test for each case: `check` of its name.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        $(#[test] fn $name() { check(stringify!($name)); })*
    };
}
pub(crate) use cases;

/// The device every parity test runs on.
pub fn device() -> Device {
    match std::env::var("RUNNER_TEST_DEVICE").as_deref() {
        Err(_) | Ok("flex") => Device::flex(),
        Ok("libtorch") => libtorch(),
        Ok(other) => panic!("RUNNER_TEST_DEVICE={other}, expected flex or libtorch"),
    }
}

#[cfg(feature = "tch")]
#[allow(deprecated)] // burn 0.22 is the last line with libtorch
fn libtorch() -> Device {
    Device::libtorch()
}

#[cfg(not(feature = "tch"))]
fn libtorch() -> Device {
    panic!("RUNNER_TEST_DEVICE=libtorch needs a build with --features tch")
}

/// Arrays the original computed.
pub struct Fixture(TensorFile);

impl Fixture {
    /// Reads `tests/parity/fixtures/<name>.safetensors`.
    pub fn read(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/fixtures");
        Self(TensorFile::read(&root.join(format!("{name}.safetensors"))).unwrap())
    }

    /// A metadata entry as JSON.
    pub fn json(&self, key: &str) -> Value {
        serde_json::from_str(&self.0.metadata[key]).unwrap()
    }

    pub fn host(&self, name: &str) -> &HostTensor {
        self.get(name).unwrap_or_else(|| panic!("fixture has no `{name}`"))
    }

    pub fn get(&self, name: &str) -> Option<&HostTensor> {
        self.0.tensors.get(name)
    }

    pub fn floats(&self, name: &str) -> &[f32] {
        self.host(name).as_f32().unwrap()
    }

    pub fn ints(&self, name: &str) -> &[i64] {
        self.host(name).as_i64().unwrap()
    }

    pub fn tensor<const D: usize>(&self, name: &str, device: &Device) -> Tensor<D> {
        let data = TensorData::new(self.floats(name).to_vec(), self.host(name).shape.clone());
        Tensor::from_data(data, device)
    }

    pub fn int_tensor<const D: usize>(&self, name: &str, device: &Device) -> Tensor<D, Int> {
        let data = TensorData::new(self.ints(name).to_vec(), self.host(name).shape.clone());
        Tensor::from_data(data, device)
    }

    /// Arrays whose name starts with `prefix`, without it.
    pub fn under(&self, prefix: &str) -> BTreeMap<String, HostTensor> {
        let tensors = self.0.tensors.iter();
        tensors
            .filter_map(|(name, array)| {
                Some((name.strip_prefix(prefix)?.to_owned(), array.clone()))
            })
            .collect()
    }
}

/// A size that a case states.
pub fn size(value: &Value) -> usize {
    let size = value.as_u64().unwrap_or_else(|| panic!("{value} is a size"));
    usize::try_from(size).unwrap()
}

/// Asserts that a tensor equals an array of the fixture.
pub fn assert_same<const D: usize>(what: &str, actual: Tensor<D>, expected: &HostTensor) {
    // The original drops a time dimension of one where it stays here.
    let kept = |shape: &[usize]| shape.iter().copied().filter(|d| *d != 1).collect::<Vec<_>>();
    assert_eq!(kept(&actual.dims()), kept(&expected.shape), "shape of {what}");
    assert_close(what, &values(&actual), expected.as_f32().unwrap());
}

/// Asserts that numbers agree within [`TOLERANCE`].
pub fn assert_close(what: &str, actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len(), "length of {what}");
    let greatest = expected.iter().fold(0f32, |m, v| m.max(v.abs()));
    let error = actual.iter().zip(expected).fold(0f32, |m, (a, e)| {
        assert!(a.is_finite() && e.is_finite(), "{what} is finite");
        m.max((a - e).abs())
    });
    let allowed = TOLERANCE * greatest.max(1e-6);
    assert!(error <= allowed, "{what}: off by {error:e}, allowed {allowed:e}");
}

/// The numbers of a tensor.
pub fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data_as::<f32>().try_into_vec::<f32>().unwrap()
}

/// A student and its device, as a case that trains has them or one that evaluates.
pub fn in_mode(student: Student, train: bool, device: Device) -> (Student, Device) {
    if train { (student, device) } else { (student.valid(), device.inner()) }
}

/// Compares the gradients of every parameter that has one.
pub fn check_gradients(fixture: &Fixture, module: &impl Module, total: Tensor<1>) {
    let found = gradients(module, &total.backward());
    let expected = fixture.under("grad/");
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>(),
        "parameters with a gradient"
    );
    for (name, array) in &expected {
        let (shape, values) = &found[name];
        assert_eq!(*shape, array.shape, "shape of the gradient of {name}");
        assert_close(&format!("gradient of {name}"), values, array.as_f32().unwrap());
    }
}

/// The gradient of every parameter that has one, by original name and in original layout.
pub fn gradients<M: Module>(
    module: &M,
    grads: &Gradients,
) -> BTreeMap<String, (Vec<usize>, Vec<f32>)> {
    let mut collector = Collector { grads, path: NamePath::default(), found: BTreeMap::new() };
    module.visit(&mut collector);
    collector.found
}

struct Collector<'a> {
    grads: &'a Gradients,
    path: NamePath,
    found: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(grad) = param.val().grad(self.grads) else { return };
        let grad = if self.path.is_transposed() { grad.swap_dims(0, 1) } else { grad };
        let shape = grad.dims().to_vec();
        self.found.insert(self.path.name(), (shape, values(&grad)));
    }
}
