//! Arrays -> model.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Int, Tensor, TensorData};

use crate::files::HostTensor;
use crate::models::Student;
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

/// Replaces the student's parameters and buffers by the arrays of the same name.
///
/// A `module.` prefix (left by data-parallel training) and the masks that older versions of
/// GPT-2 store (`attn.bias`, `attn.masked_bias`) are ignored. Class maps follow from the data
/// set: an array for one is checked, not loaded. Of two names of one parameter the second wins, as
/// it does where PyTorch loads both.
///
/// # Errors
/// [`WeightsError::Incomplete`] with the report when `strict` and something does not correspond.
pub fn import(
    student: Student,
    arrays: &BTreeMap<String, HostTensor>,
    strict: bool,
) -> Result<(Student, ImportReport), WeightsError> {
    let maps: Vec<(String, Vec<usize>)> =
        student.class_maps().iter().map(|m| (m.name(), m.matrix().dims().to_vec())).collect();
    let mut named = normalised(arrays);
    for (second, first) in student.tied_names() {
        if let Some(array) = named.remove(second) {
            named.insert(first, array);
        }
    }
    let (student, mut report) = import_named(student, &named);
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
    Ok((student, report))
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
mod tests {
    use super::*;
    use crate::models::{
        AvthConfig, ClassMapping, FuturePredictorConfig, Gpt2Config, StudentConfig,
        named_parameters,
    };
    use crate::weights::export;
    use burn::tensor::Device;

    fn student(device: &Device) -> Student {
        let gpt = Gpt2Config { n_layer: 2, n_head: 2, n_positions: 8, ..Gpt2Config::new(6) };
        let config = StudentConfig {
            intermediate_featdim: Some(4),
            future_predictor: FuturePredictorConfig::Avth(AvthConfig {
                gpt,
                avg_last_n: Some(1),
                ..AvthConfig::new(6)
            }),
            ..StudentConfig::new(5)
        };
        let classes = [("action".to_owned(), 3), ("verb".to_owned(), 2)];
        let mapping = ClassMapping {
            target: "verb".into(),
            source: "action".into(),
            source_classes: 3,
            target_classes: 2,
            pairs: vec![(0, 0), (1, 1), (2, 1)],
        };
        config.init(&classes, &[mapping], device).unwrap()
    }

    #[test]
    fn names_and_layouts_are_the_originals() {
        let arrays = export(&student(&Device::default()));
        for (name, shape) in [
            ("mapper_to_inter.weight", vec![4, 5]),
            ("future_predictor.encoder.weight", vec![6, 4]),
            ("future_predictor.decoder.weight", vec![4, 6]),
            ("future_predictor.gpt_model.wpe.weight", vec![8, 6]),
            ("future_predictor.gpt_model.h.1.ln_1.weight", vec![6]),
            ("future_predictor.gpt_model.h.0.attn.c_attn.weight", vec![6, 18]),
            ("future_predictor.gpt_model.h.0.attn.c_proj.bias", vec![6]),
            ("future_predictor.gpt_model.h.1.mlp.c_fc.weight", vec![6, 24]),
            ("future_predictor.gpt_model.h.1.mlp.c_proj.weight", vec![24, 6]),
            ("future_predictor.gpt_model.ln_f.bias", vec![6]),
            ("classifiers.action.weight", vec![3, 4]),
            ("classifiers.verb.bias", vec![2]),
            ("cls_map_verb_action", vec![3, 2]),
        ] {
            assert_eq!(arrays.get(name).map(|a| a.shape.clone()), Some(shape), "{name}");
        }
        assert_eq!(arrays.len(), 35);
    }

    #[test]
    fn export_then_import_is_the_identity() {
        let (first, second) = (student(&Device::default()), student(&Device::default()));
        let arrays = export(&first);
        assert_ne!(arrays, export(&second));
        let (second, report) = import(second, &arrays, true).unwrap();
        assert!(report.is_complete());
        assert_eq!(arrays, export(&second));
    }

    #[test]
    fn data_parallel_prefix_and_stored_masks_are_ignored() {
        let model = student(&Device::default());
        let mut arrays: BTreeMap<String, HostTensor> =
            export(&model).into_iter().map(|(n, a)| (format!("module.{n}"), a)).collect();
        for mask in ["bias", "masked_bias"] {
            let name = format!("module.future_predictor.gpt_model.h.0.attn.{mask}");
            arrays.insert(name, HostTensor::f32([1], vec![0.0]));
        }
        assert!(import(model, &arrays, true).is_ok());
    }

    #[test]
    fn what_does_not_correspond_is_reported() {
        let model = student(&Device::default());
        let mut arrays = export(&model);
        arrays.remove("classifiers.action.bias");
        arrays.insert("classifiers.noun.bias".into(), HostTensor::f32([1], vec![0.0]));
        arrays.insert("classifiers.verb.bias".into(), HostTensor::f32([3], vec![0.0; 3]));
        arrays.insert("mapper_to_inter.weight".into(), HostTensor::i64([4, 5], vec![0; 20]));
        arrays.insert("cls_map_verb_action".into(), HostTensor::f32([2, 3], vec![0.0; 6]));
        let refused = import(model.clone(), &arrays, true);
        let Err(WeightsError::Incomplete(report)) = refused else { panic!("incomplete") };
        assert_eq!(report.missing, ["classifiers.action.bias"]);
        assert_eq!(report.unused, ["classifiers.noun.bias"]);
        let found: Vec<_> =
            report.mismatched.iter().map(|m| (m.name.as_str(), m.found.clone())).collect();
        assert_eq!(
            found,
            [
                ("mapper_to_inter.weight", None),
                ("classifiers.verb.bias", Some(vec![3])),
                ("cls_map_verb_action", Some(vec![2, 3])),
            ]
        );
        assert!(import(model, &arrays, false).is_ok());
    }

    #[test]
    fn imported_parameters_keep_their_ids_and_train() {
        let model = student(&Device::default().autodiff());
        let before = named_parameters(&model);
        let arrays = export(&model);
        let (model, _) = import(model, &arrays, true).unwrap();
        assert_eq!(named_parameters(&model), before);
        let out = model.forward(Tensor::ones([1, 1, 5, 3, 1, 1], &Device::default().autodiff()));
        let grads = out.logits[0].1.clone().sum().backward();
        struct Trained<'a>(&'a burn::tensor::Gradients, usize);
        impl burn::module::ModuleVisitor for Trained<'_> {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                self.1 += usize::from(param.val().grad(self.0).is_some());
            }
        }
        let mut trained = Trained(&grads, 0);
        model.visit(&mut trained);
        assert_eq!(trained.1, before.len() - 2, "all but the verb classifier");
    }
}
