//! Which arrays of a file go into which part of a model.
//!
//! | form of `train.init_from_model` | arrays | go into |
//! |---|---|---|
//! | `[path]` | all | the model |
//! | `[module, path]` | all | the module of that path |
//! | `[module, prefixes, path]` | those whose name starts with one of the prefixes, without it | the module |
//!
//! Prefixes are separated by commas and are compared as they are, dots included. A name that
//! starts with two of them counts twice; of two arrays with one name the later counts. A `module.`
//! that data-parallel training put in front of the names is dropped. Source: `init_model` of the
//! original's `func/train.py`.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::HostTensor;
use crate::models::{Student, named_parameters};

use super::{ImportReport, WeightsError, import};

/// Where the arrays of a file go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Path of a module; `None` is the whole model.
    pub module: Option<String>,
    /// What names of arrays start with, separated by commas; `None` takes them all.
    pub prefixes: Option<String>,
}

impl Part {
    /// Replaces what the arrays fit. The report leaves out what is not of this part; unused
    /// arrays have their names in the file, without the prefix.
    ///
    /// # Errors
    /// A module that the model has not, prefixes that no array has, arrays of which nothing fits.
    pub fn import(
        &self,
        student: Student,
        arrays: Vec<(String, HostTensor)>,
    ) -> Result<(Student, ImportReport), WeightsError> {
        self.check_module(&student)?;
        let names: Vec<String> = arrays.iter().map(|(name, _)| name.clone()).collect();
        let arrays = self.placed(arrays);
        if let (true, Some(prefixes)) = (arrays.is_empty(), &self.prefixes) {
            return Err(WeightsError::NoPrefix { prefixes: prefixes.clone(), arrays: names });
        }
        let (student, mut report) = import(student, &arrays, false)?;
        report.missing.retain(|name| self.within(name).is_some());
        for name in &mut report.unused {
            *name = self.within(name).unwrap_or(name).to_owned();
        }
        match report.loaded.is_empty() {
            true => Err(self.nothing(report, names)),
            false => Ok((student, report)),
        }
    }

    /// The arrays under the names of the parameters they are for.
    fn placed(&self, arrays: Vec<(String, HostTensor)>) -> BTreeMap<String, HostTensor> {
        let mut placed = BTreeMap::new();
        for (name, array) in arrays {
            let chosen = self.chosen(&name);
            for name in &chosen[..chosen.len().saturating_sub(1)] {
                placed.insert(name.clone(), array.clone());
            }
            if let Some(name) = chosen.into_iter().next_back() {
                placed.insert(name, array);
            }
        }
        placed
    }

    /// The names under which an array is taken; none when it is left.
    fn chosen(&self, name: &str) -> Vec<String> {
        let rest: Vec<&str> = match &self.prefixes {
            None => vec![name],
            Some(all) => all.split(',').filter_map(|prefix| name.strip_prefix(prefix)).collect(),
        };
        let within = |name: &str| match &self.module {
            Some(module) => format!("{module}.{}", name.strip_prefix("module.").unwrap_or(name)),
            None => name.to_owned(),
        };
        rest.into_iter().map(within).collect()
    }

    /// The name of a parameter as the module knows it; `None` when it is of another.
    fn within<'a>(&self, name: &'a str) -> Option<&'a str> {
        match &self.module {
            Some(module) => name.strip_prefix(module.as_str())?.strip_prefix('.'),
            None => Some(name),
        }
    }

    fn nothing(&self, report: ImportReport, arrays: Vec<String>) -> WeightsError {
        let known = report.missing.iter().chain(report.mismatched.iter().map(|m| &m.name));
        let parameters = known.filter_map(|name| Some(self.within(name)?.to_owned())).collect();
        let mismatch = report.mismatched.into_iter().next();
        WeightsError::NothingFits { arrays, parameters, mismatch }
    }

    fn check_module(&self, student: &Student) -> Result<(), WeightsError> {
        let Some(module) = &self.module else { return Ok(()) };
        let modules = modules(student);
        match modules.contains(module.as_str()) {
            true => Ok(()),
            false => Err(WeightsError::UnknownModule {
                module: module.clone(),
                expected: beside(module, &modules),
            }),
        }
    }
}

/// The path of every module that holds parameters.
fn modules(student: &Student) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for parameter in named_parameters(student) {
        let dots = parameter.name.match_indices('.');
        modules.extend(dots.map(|(at, _)| parameter.name[..at].to_owned()));
    }
    modules
}

/// The modules where the path leaves the model.
fn beside(module: &str, modules: &BTreeSet<String>) -> Vec<String> {
    let parents = module.match_indices('.').map(|(at, _)| &module[..at]);
    let parent = parents.rev().find(|path| modules.contains(*path));
    let start = parent.map_or(String::new(), |parent| format!("{parent}."));
    let below = |path: &&String| path.strip_prefix(&start).is_some_and(|rest| !rest.contains('.'));
    let found: Vec<String> = modules.iter().filter(below).cloned().collect();
    match (found.is_empty(), parent) {
        (true, Some(parent)) => vec![parent.to_owned()],
        _ => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{AvthConfig, FuturePredictorConfig, Gpt2Config, StudentConfig};
    use crate::weights::export;
    use burn::tensor::Device;

    fn student() -> Student {
        let gpt = Gpt2Config { n_layer: 1, n_head: 2, n_positions: 4, ..Gpt2Config::new(4) };
        let avth = AvthConfig { gpt, avg_last_n: Some(1), ..AvthConfig::new(4) };
        let future_predictor = FuturePredictorConfig::Avth(avth);
        let config = StudentConfig { future_predictor, ..StudentConfig::new(3) };
        config.init(&[("action".into(), 2)], &[], &Device::default()).unwrap()
    }

    fn part(module: &str, prefixes: Option<&str>) -> Part {
        let module = (!module.is_empty()).then(|| module.to_owned());
        Part { module, prefixes: prefixes.map(str::to_owned) }
    }

    fn pair(names: [&str; 2], value: f32) -> Vec<(String, HostTensor)> {
        let weight = HostTensor::f32([2, 3], vec![value; 6]);
        vec![(names[0].into(), weight), (names[1].into(), HostTensor::f32([2], vec![value; 2]))]
    }

    fn value(student: &Student, name: &str) -> f32 {
        export(student)[name].as_f32().unwrap()[0]
    }

    #[test]
    fn a_classifier_of_another_model_goes_where_it_is_sent() {
        let rows = [
            ("", None, ["classifiers.action.weight", "classifiers.action.bias"]),
            ("", None, ["module.classifiers.action.weight", "module.classifiers.action.bias"]),
            ("classifiers.action", None, ["weight", "bias"]),
            ("classifiers.action", None, ["module.weight", "module.bias"]),
            (
                "classifiers.action",
                Some("classifier.1."),
                ["classifier.1.weight", "classifier.1.bias"],
            ),
            ("classifiers.action", Some("x.,a.,b."), ["a.weight", "b.bias"]),
            ("classifiers.action", Some("module.fc."), ["module.fc.weight", "module.fc.bias"]),
            ("classifiers", Some(""), ["action.weight", "action.bias"]),
        ];
        for (module, prefixes, names) in rows {
            let (student, report) =
                part(module, prefixes).import(student(), pair(names, 7.0)).unwrap();
            assert_eq!(report.loaded.len(), 2, "{names:?}: {report}");
            assert!(report.unused.is_empty(), "{names:?}: {report}");
            assert_eq!(report.missing.is_empty(), !module.is_empty(), "{names:?}: {report}");
            assert_eq!(value(&student, "classifiers.action.bias"), 7.0, "{names:?}");
        }
    }

    #[test]
    fn prefixes_choose_and_the_later_array_counts() {
        let mut arrays = pair(["a.weight", "a.bias"], 1.0);
        arrays.extend(pair(["b.weight", "c.bias"], 2.0));
        let (student, report) =
            part("classifiers.action", Some("a.,b.")).import(student(), arrays).unwrap();
        assert!(report.is_complete(), "{report}");
        assert_eq!(value(&student, "classifiers.action.weight"), 2.0);
        assert_eq!(value(&student, "classifiers.action.bias"), 1.0);
    }

    #[test]
    fn what_fits_nothing_is_refused_with_both_sides_names() {
        let told = |part: Part, names| part.import(student(), pair(names, 0.0)).unwrap_err();
        let resnet = ["layer1.weight", "layer1.bias"];
        let error = told(part("", None), resnet).to_string();
        assert!(error.contains("it holds `layer1.weight`, `layer1.bias`"), "{error}");
        assert!(error.contains("needs `future_predictor.encoder.weight`, "), "{error}");
        let error = told(part("classifiers.action", None), resnet).to_string();
        assert!(error.ends_with("needs `weight`, `bias`"), "{error}");
        let error = told(part("classifiers.action", Some("fc.")), resnet).to_string();
        assert!(error.contains("no array's name starts with `fc.`: it holds `layer1"), "{error}");
        let error = told(part("classifiers.action", None), ["bias", "weight"]).to_string();
        assert!(error.contains("weight: expected [2, 3], found [2]"), "{error}");
    }

    #[test]
    fn an_unknown_module_is_refused_with_those_beside_it() {
        for (module, expected) in [
            ("backbon", vec!["classifiers", "future_predictor"]),
            ("classifiers.verb", vec!["classifiers.action"]),
            ("future_predictor.gpt_model.h.1", vec!["future_predictor.gpt_model.h.0"]),
            ("classifiers.action.weight", vec!["classifiers.action"]),
            ("", vec!["classifiers", "future_predictor"]),
        ] {
            let part = Part { module: Some(module.into()), prefixes: None };
            let error = part.import(student(), pair(["weight", "bias"], 0.0)).unwrap_err();
            let WeightsError::UnknownModule { expected: found, .. } = error else {
                panic!("{module}: {error}")
            };
            assert_eq!(found, expected, "{module}");
        }
    }
}
