//! One teacher of several, from the `ensemble` node, and the sets that it is examined on.

use crate::data::teacher::{Combine, ensemble};
use crate::data::{Annotations, Teacher, TeacherStore};
use crate::train::{Counting, EvalRows};

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig};
use super::Basis;
use super::data::{at, source};

const KEY: &str = "ensemble.members";

/// An ensemble, put together in memory.
pub(in super::super) struct Ensemble {
    pub basis: Basis,
    pub store: TeacherStore,
    /// How many stores it is of.
    pub members: usize,
    /// What it is examined on.
    pub sets: Vec<Judged>,
    pub counting: Counting,
}

/// An evaluation set, and what the ensemble says of it.
pub(in super::super) struct Judged {
    /// `eval`, `eval2`, ...
    pub split: String,
    pub annotations: Annotations,
    pub rows: EvalRows,
}

impl Ensemble {
    /// Reads the members and combines them.
    ///
    /// # Errors
    /// A member that is not there, or that differs from the first; annotations of other classes.
    pub fn new(config: &ExperimentConfig) -> Result<Self, SetupError> {
        let Some(node) = &config.language.ensemble else {
            return Err(SetupError::unavailable("task"));
        };
        let combine = match node.combine {
            config::Combine::Mean => Combine::Mean,
            config::Combine::MaxPool => Combine::MaxPool,
            config::Combine::Stack => Combine::Stack,
        };
        let store = at(KEY, ensemble(&node.name, &node.members, combine))?;
        let (spec, kind) = (config.run.device.resolve(), store.manifest().origin);
        let mut sets = Vec::new();
        for (suffix, set) in config.dataset_eval.iter().filter(|_| node.evaluate) {
            let key = format!("dataset_eval{suffix}");
            let annotations = at(&key, source(&key, set)?.annotations())?;
            at(
                KEY,
                Teacher::Store(store.clone()).check_classes(&annotations.class_names("action")),
            )?;
            let rows = rows(&store, &annotations);
            sets.push(Judged { split: format!("eval{suffix}"), annotations, rows });
        }
        Ok(Self {
            basis: Basis::new(spec, kind, [store.fingerprint().to_owned()]),
            store,
            members: node.members.len(),
            sets,
            counting: super::counting(&config.eval),
        })
    }
}

/// What a store says of every segment that it knows; of teachers side by side their mean.
fn rows(store: &TeacherStore, annotations: &Annotations) -> EvalRows {
    let (members, classes) = (store.members(), store.manifest().classes);
    let (mut rows, mut logits, mut targets) = (EvalRows::default(), Vec::new(), Vec::new());
    for (idx, segment) in (0..).zip(&annotations.segments) {
        let Some((own, _)) = store.row(&segment.uid) else { continue };
        let of_class = |c: usize| own.iter().skip(c).step_by(classes).sum::<f32>();
        logits.extend((0..classes).map(|c| of_class(c) / members as f32));
        targets.push(segment.labels.action);
        rows.idx.push(idx);
        rows.uids.push(segment.uid.clone());
    }
    rows.logits = vec![("action".to_owned(), classes, logits)];
    rows.targets = vec![("action".to_owned(), targets)];
    rows
}
