//! Arrays -> model.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Int, Tensor, TensorData};

use crate::files::HostTensor;
use crate::models::StateDict;
use crate::models::names::NamePath;

use super::WeightsError;
use super::export::SCALAR;

/// What an import found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// Parameters that were replaced.
    pub loaded: Vec<String>,
    /// Parameters without array; they keep their values.
    pub missing: Vec<String>,
    /// Arrays without parameter.
    pub unused: Vec<String>,
    /// Arrays that do not fit their parameter, which keeps its values.
    pub mismatched: Vec<Mismatch>,
}

/// An array that does not fit its parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// Name of both.
    pub name: String,
    /// Shape of the parameter in the original's layout.
    pub expected: Vec<usize>,
    /// Shape of the array, or `None` when its elements are of another kind.
    pub found: Option<Vec<usize>>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {:?}, found ", self.name, self.expected)?;
        match &self.found {
            Some(shape) => write!(f, "{shape:?}"),
            None => f.write_str("elements of another kind"),
        }
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |names: &[String]| match names {
            [] => String::new(),
            names => format!(" ({})", names.join(", ")),
        };
        write!(f, "{} arrays loaded", self.loaded.len())?;
        write!(f, ", {} missing{}", self.missing.len(), names(&self.missing))?;
        write!(f, ", {} unused{}", self.unused.len(), names(&self.unused))?;
        write!(f, ", {} of another shape", self.mismatched.len())?;
        self.mismatched.iter().try_for_each(|m| write!(f, " ({m})"))
    }
}

impl ImportReport {
    /// Whether every array met a parameter it fits and every parameter an array.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.unused.is_empty() && self.mismatched.is_empty()
    }
}

/// Replaces a model's parameters and buffers by the arrays of the same name.
///
/// A `module.` prefix (left by data-parallel training) and the masks that older versions of
/// GPT-2 store (`attn.bias`, `attn.masked_bias`) are ignored. Class maps follow from the data
/// set: an array for one is checked, not loaded. Of two names of one parameter the second wins, as
/// it does where PyTorch loads both.
///
/// # Errors
/// [`WeightsError::Incomplete`] with the report when `strict` and something does not correspond.
pub fn import<M: StateDict>(
    model: M,
    arrays: &BTreeMap<String, HostTensor>,
    strict: bool,
) -> Result<(M, ImportReport), WeightsError> {
    let maps: Vec<(String, Vec<usize>)> =
        model.class_maps().iter().map(|m| (m.name(), m.matrix().dims().to_vec())).collect();
    let mut named = normalised(arrays);
    for (second, first) in model.tied_names() {
        if let Some(array) = named.remove(second) {
            named.insert(first, array);
        }
    }
    let (model, mut report) = import_named(model, &named);
    for (name, expected) in maps {
        let Some(at) = report.unused.iter().position(|unused| *unused == name) else { continue };
        report.unused.remove(at);
        let found = named.get(name.as_str()).map(|array| array.shape.clone());
        if found.as_ref() != Some(&expected) {
            report.mismatched.push(Mismatch { name, expected, found });
        }
    }
    if strict && !report.is_complete() {
        return Err(WeightsError::Incomplete(Box::new(report)));
    }
    Ok((model, report))
}

/// Replaces a module's float parameters and buffers by the arrays of the same name.
pub fn import_parameters<M: Module>(
    module: M,
    arrays: &BTreeMap<String, HostTensor>,
) -> (M, ImportReport) {
    import_named(module, &normalised(arrays))
}

fn import_named<M: Module>(module: M, arrays: &BTreeMap<&str, &HostTensor>) -> (M, ImportReport) {
    let mut importer =
        Importer { arrays, path: NamePath::default(), report: ImportReport::default() };
    let module = module.map(&mut importer);
    let mut report = importer.report;
    let known: BTreeSet<&str> = report
        .loaded
        .iter()
        .chain(report.mismatched.iter().map(|m| &m.name))
        .map(String::as_str)
        .collect();
    report.unused =
        arrays.keys().filter(|name| !known.contains(*name)).map(|n| (*n).to_owned()).collect();
    (module, report)
}

/// Names without `module.`, without GPT-2's stored masks.
fn normalised(arrays: &BTreeMap<String, HostTensor>) -> BTreeMap<&str, &HostTensor> {
    arrays
        .iter()
        .map(|(name, array)| (name.strip_prefix("module.").unwrap_or(name), array))
        .filter(|(name, _)| !name.ends_with(".attn.bias") && !name.ends_with(".attn.masked_bias"))
        .collect()
}

struct Importer<'a> {
    arrays: &'a BTreeMap<&'a str, &'a HostTensor>,
    path: NamePath,
    report: ImportReport,
}

impl ModuleMapper for Importer<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.name();
        let Some(array) = self.arrays.get(name.as_str()) else {
            self.report.missing.push(name);
            return param;
        };
        let mut expected = param.lazy_shape().to_vec();
        if self.path.is_transposed() {
            expected.reverse();
        }
        match array.as_f32() {
            Some(values) if array.shape == expected => {
                self.report.loaded.push(name);
                replaced(param, values, &expected, self.path.is_transposed())
            }
            values => {
                let found = values.map(|_| array.shape.clone());
                self.report.mismatched.push(Mismatch { name, expected, found });
                param
            }
        }
    }

    fn map_int<const D: usize>(&mut self, param: Param<Tensor<D, Int>>) -> Param<Tensor<D, Int>> {
        let name = self.path.name();
        let Some(array) = self.arrays.get(name.as_str()) else {
            self.report.missing.push(name);
            return param;
        };
        match array.as_i64() {
            Some(&[count]) => {
                self.report.loaded.push(name);
                param.map(|old| Tensor::full(old.shape(), count, &old.device()))
            }
            values => {
                let found = values.map(|_| array.shape.clone());
                let expected = SCALAR.to_vec();
                self.report.mismatched.push(Mismatch { name, expected, found });
                param
            }
        }
    }
}

/// The parameter with other values; its id and whether it is trained stay.
fn replaced<const D: usize>(
    param: Param<Tensor<D>>,
    values: &[f32],
    shape: &[usize],
    transposed: bool,
) -> Param<Tensor<D>> {
    param.map(|old| {
        let data = match (transposed, shape) {
            // On the host: a transposed view would stay one through training.
            (true, &[rows, columns]) => transpose(values, rows, columns),
            _ => TensorData::new(values.to_vec(), shape.to_vec()),
        };
        let new = Tensor::from_data(data, &old.device());
        if old.is_require_grad() { new.require_grad() } else { new }
    })
}

fn transpose(values: &[f32], rows: usize, columns: usize) -> TensorData {
    let transposed: Vec<f32> =
        (0..columns).flat_map(|c| (0..rows).map(move |r| values[r * columns + c])).collect();
    TensorData::new(transposed, [columns, rows])
}

#[cfg(test)]
mod tests;
