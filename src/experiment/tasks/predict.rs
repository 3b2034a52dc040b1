//! Task `teacher_predict`: what a trained teacher says of every segment, into a store.

use std::cell::Cell;
use std::collections::HashSet;
use std::path::Path;

use serde_json::{Map, Value};

use crate::data::{TeacherManifest, TeacherStore, Uid};
use crate::runs::{MetricsLog, RunDir, RunManifest};
use crate::train::teacher::{HistorySet, TeacherRows};
use crate::train::{EvalRows, StopSignal, final_values};

use super::super::build::Prediction;
use super::super::publish::Publisher;
use super::super::screen::{Count, Part, Picture};
use super::super::{ExperimentError, Screen, SetupError};
use super::Finished;

pub(in super::super) fn run(
    prediction: &Prediction,
    publisher: &Publisher,
    run: &RunDir,
    manifest: &mut RunManifest,
    screen: &Screen,
    stop: &dyn StopSignal,
) -> Result<Finished, ExperimentError> {
    let mut metrics = MetricsLog::open(run)?;
    let mut table = Table::default();
    for set in &prediction.sets {
        let Some(rows) = ask(prediction, set, screen, stop)? else {
            return Ok(Finished::Stopped { resumable: false });
        };
        let record = record(prediction, set, &rows);
        metrics.append(&record)?;
        if set.split == "eval" {
            manifest.record_last(&record)?;
        }
        table.add(rows);
    }
    publisher.store(table.store(prediction)?).map_err(ExperimentError::Files)?;
    Ok(Finished::Completed)
}

/// What the teacher says of a set; `None` when stopped.
fn ask(
    prediction: &Prediction,
    set: &HistorySet,
    screen: &Screen,
    stop: &dyn StopSignal,
) -> Result<Option<TeacherRows>, ExperimentError> {
    let stopped = Cell::new(false);
    let all = set.loader.len().min(prediction.max_batches.unwrap_or(usize::MAX));
    let part = Some(Part { name: set.split.clone(), count: Count::new("batch", 0, all as u64) });
    let drawn = screen.draw(Picture { part, ..Picture::default() });
    // The next batch is asked for when the one before is done.
    let told = |done: usize| {
        let reach = |picture: &mut Picture| {
            picture.part.iter_mut().for_each(|part| part.count.reach(done as u64));
        };
        drawn.iter().for_each(|drawn| drawn.change(reach));
    };
    let batches = set.loader.epoch(0, 0).take(all).enumerate().map(|(done, batch)| {
        told(done);
        batch
    });
    let batches = batches.take_while(|_| {
        stopped.set(stop.stop_requested());
        !stopped.get()
    });
    let rows = TeacherRows::said(&prediction.teacher, batches, &prediction.device)?;
    Ok((!stopped.get()).then_some(rows))
}

/// How well the set is predicted.
fn record(prediction: &Prediction, set: &HistorySet, rows: &TeacherRows) -> Map<String, Value> {
    let all = EvalRows {
        idx: rows.idx.iter().map(|idx| *idx as i64).collect(),
        uids: rows.uids.clone(),
        logits: rows.logits.clone(),
        targets: rows.targets.clone(),
        ..EvalRows::default()
    };
    let mut record = Map::new();
    record.insert("split".into(), set.split.clone().into());
    record.insert("epoch".into(), 0.0.into());
    record.insert("step".into(), 0.into());
    record.insert("samples".into(), rows.idx.len().into());
    let values = final_values(&*set.annotations, &all, prediction.counting.unlabelled);
    record.extend(values.into_iter().map(|(name, value)| (name, value.into())));
    let shown = |name: &str| record.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
    tracing::info!(
        "{}: {} segments, top1 {:.2}, top5 {:.2}",
        set.split,
        rows.idx.len(),
        shown("final_acc/action/top1"),
        shown("final_acc/action/top5"),
    );
    record
}

/// The rows of all sets; a segment that is in several is that of the first.
#[derive(Default)]
struct Table {
    known: HashSet<Uid>,
    uids: Vec<Uid>,
    logits: Vec<f32>,
    features: Option<(Vec<f32>, usize)>,
}

impl Table {
    fn add(&mut self, rows: TeacherRows) {
        let Some((_, classes, logits)) = rows.logits.iter().find(|(label, ..)| label == "action")
        else {
            return;
        };
        for (row, uid) in rows.uids.into_iter().enumerate() {
            if !self.known.insert(uid.clone()) {
                continue;
            }
            self.uids.push(uid);
            self.logits.extend(&logits[row * classes..(row + 1) * classes]);
            if let Some((width, values)) = &rows.features {
                let (all, _) = self.features.get_or_insert((Vec::new(), *width));
                all.extend(&values[row * width..(row + 1) * width]);
            }
        }
    }

    fn store(self, prediction: &Prediction) -> Result<TeacherStore, ExperimentError> {
        let manifest = TeacherManifest {
            teacher: prediction.name.clone(),
            classes: prediction.classes,
            label_map: prediction.label_map.clone(),
            origin: prediction.basis.kind,
        };
        let path = Path::new(&prediction.name);
        let store = TeacherStore::new(path, manifest, self.uids, self.logits, self.features);
        store.map_err(|e| {
            let (key, source) = ("predict.store".into(), Box::new(e));
            ExperimentError::Files(SetupError::Data { key, source })
        })
    }
}
