//! Where the numbers of a run go: `metrics.jsonl`, TensorBoard, `results/*.h5`, the manifest and
//! the log.

mod progress;
mod rows;

use serde_json::{Map, Value};

use crate::data::ReadStats;
use crate::files;
use crate::report::{self, TensorBoard};
use crate::runs::{
    ClassNames, MetricsLog, ResultsWriter, Rows, RunDir, RunLength, RunManifest, read_metrics,
};
use crate::train::{Best, EvalRows, EventSink, Histogram, OutsideError, Record};

use super::{Screen, SetupError, stored};

pub(super) use progress::Length;
use progress::ProgressLog;
use rows::results;

/// What is stored and shown of a run.
pub(super) struct Sinking<'a> {
    /// How long it trains; `None` where it does not.
    pub length: Option<Length>,
    /// What is stored of evaluations, if anything is.
    pub store: Option<Stored>,
    /// Where the person who waits looks.
    pub screen: &'a Screen,
}

/// All places that hear of a run's numbers.
pub(super) struct RunSinks<'a> {
    run: RunDir,
    manifest: &'a mut RunManifest,
    metrics: MetricsLog,
    board: TensorBoard,
    progress: ProgressLog,
    store: Option<Stored>,
}

/// What is stored of evaluations.
pub(super) struct Stored {
    /// Outputs whose names start so.
    pub prefix: String,
    /// Names of their classes.
    pub classes: ClassNames,
}

impl<'a> RunSinks<'a> {
    /// Opens the files; a resumed run continues them from the step of its checkpoint.
    pub(super) fn open(
        run: &RunDir,
        manifest: &'a mut RunManifest,
        sinking: Sinking<'_>,
    ) -> Result<Self, SetupError> {
        let done = sinking.length.map_or(0, |length| length.done);
        let (metrics, board) = match run.is_resumed() {
            true => (
                MetricsLog::resume(run, |record| is_done(record, done))?,
                resumed_board(run, done)?,
            ),
            false => (MetricsLog::open(run)?, TensorBoard::create(run.path())?),
        };
        if let Some(Length { steps, epochs, batch_size, .. }) = sinking.length {
            let (epochs, batch_size) = (epochs as u64, batch_size as u64);
            manifest.record_length(RunLength { steps, epochs, batch_size })?;
        }
        let progress = ProgressLog::new(sinking.length, sinking.screen);
        let store = sinking.store;
        Ok(Self { run: run.clone(), manifest, metrics, board, progress, store })
    }
}

/// An event file that goes on after so many steps. TensorBoard drops all that has their number: what a
/// step of that number said, and with it the evaluation before it, which is said again.
fn resumed_board(run: &RunDir, done: u64) -> Result<TensorBoard, SetupError> {
    let mut board = TensorBoard::resume(run.path(), done)?;
    let log = run.file(MetricsLog::FILE);
    let records = if files::is_file(&log) { read_metrics(&log)?.records } else { Vec::new() };
    let of_step = |record: &&Map<String, Value>| record.get("step") == Some(&done.into());
    for record in records.iter().filter(of_step) {
        let prefix = tag_prefix(record.get("split").and_then(Value::as_str).unwrap_or_default());
        let number = |(name, value): (&String, &Value)| {
            let is_of_it = !["split", "epoch", "step"].contains(&name.as_str());
            is_of_it.then(|| (format!("{prefix}/{name}"), value.as_f64().unwrap_or(f64::NAN)))
        };
        let tags: Vec<_> = record.iter().filter_map(number).collect();
        let tags: Vec<_> = tags.iter().map(|(tag, value)| (tag.as_str(), *value)).collect();
        board.scalars(&tags, done)?;
    }
    Ok(board)
}

fn of_board(histogram: &Histogram) -> report::Histogram {
    let Histogram { name, min, max, sum, sum_squares, counts } = histogram.clone();
    report::Histogram { tag: name, min, max, sum, sum_squares, counts }
}

impl EventSink for RunSinks<'_> {
    fn stepped(&mut self, steps: u64) {
        self.progress.stepped(steps);
    }

    fn evaluating(&mut self, set: &str, done: usize, all: usize) {
        self.progress.evaluating(set, done, all);
    }

    fn record(&mut self, record: &Record) -> Result<(), OutsideError> {
        self.metrics.append(&json(record))?;
        let prefix = tag_prefix(&record.split);
        let tags: Vec<(String, f64)> = record
            .values
            .iter()
            .map(|(name, value)| (format!("{prefix}/{name}"), *value))
            .collect();
        let tags: Vec<(&str, f64)> = tags.iter().map(|(tag, v)| (tag.as_str(), *v)).collect();
        self.board.scalars(&tags, record.step)?;
        if record.split == "train" {
            self.progress.train(record);
        } else {
            self.progress.evaluation(record);
        }
        if record.split == "eval" {
            self.manifest.record_last(&json(record))?;
        }
        Ok(())
    }

    fn histograms(&mut self, step: u64, histograms: &[Histogram]) -> Result<(), OutsideError> {
        let board = histograms.iter().map(of_board).collect::<Vec<_>>();
        Ok(self.board.histograms(&board, step)?)
    }

    fn epoch_read(&mut self, read: &ReadStats) {
        tell("training", read);
    }

    fn results(&mut self, set: &str, rows: &EvalRows) -> Result<(), OutsideError> {
        tell(set, &rows.read);
        if let Some(Stored { prefix, classes }) = &self.store {
            let mut writer = ResultsWriter::new();
            writer.append(results(rows, prefix))?;
            for output in &rows.outputs {
                let shape = [&[rows.idx.len()], &output.shape[..]].concat();
                writer.add_output(&output.name, Rows::new(shape, output.values.clone()));
            }
            for (label, classes) in &rows.long_term {
                let shape = [rows.idx.len(), classes.len() / rows.idx.len().max(1)];
                writer.add_long_term(label, Rows::new(shape, classes.clone()));
            }
            let dir = self.run.file("results");
            files::create_dir_all(&dir)?;
            writer.write(&dir.join(format!("{set}.h5")))?;
            classes.write(self.run.path())?;
        }
        Ok(())
    }

    fn stored(&mut self, set: &str) -> Result<EvalRows, OutsideError> {
        let path = self.run.file("results").join(format!("{set}.h5"));
        Ok(if files::is_file(&path) { stored::rows(&path)? } else { EvalRows::default() })
    }

    fn best(&mut self, _best: &Best, record: &Record) -> Result<(), OutsideError> {
        Ok(self.manifest.record_best(&json(record))?)
    }
}

/// Says what a reader made do with, if anything.
fn tell(split: &str, read: &ReadStats) {
    if *read != ReadStats::default() {
        tracing::warn!("{split}: {read}");
    }
}

/// Whether a record was written before the checkpoint after `done` steps. A step is logged under
/// the number of steps before it, an evaluation under that of all steps so far.
fn is_done(record: &Map<String, Value>, done: u64) -> bool {
    let trains = record.get("split").is_some_and(|split| split == "train");
    let step = record.get("step").and_then(Value::as_u64).unwrap_or(0);
    if trains { step < done } else { step <= done }
}

/// One line of `metrics.jsonl`; a value that is no finite number is `null`.
fn json(record: &Record) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("split".into(), record.split.clone().into());
    map.insert("epoch".into(), record.epoch.into());
    map.insert("step".into(), record.step.into());
    for (name, value) in &record.values {
        map.insert(name.clone(), Value::from(*value));
    }
    map
}

/// The original's TensorBoard tags: `train_per_iter/...`, `eval_per_epoch<suffix>/...`.
fn tag_prefix(split: &str) -> String {
    match split.strip_prefix("eval") {
        Some(suffix) => format!("eval_per_epoch{suffix}"),
        None => format!("{split}_per_iter"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_the_originals() {
        for (split, prefix) in
            [("train", "train_per_iter"), ("eval", "eval_per_epoch"), ("eval2", "eval_per_epoch2")]
        {
            assert_eq!(tag_prefix(split), prefix);
        }
    }

    #[test]
    fn what_a_resumed_run_logs_again_is_dropped() {
        for (split, step, kept) in
            [("train", 4, true), ("train", 5, false), ("eval", 5, true), ("eval", 6, false)]
        {
            let record = serde_json::json!({"split": split, "step": step});
            assert_eq!(is_done(record.as_object().unwrap(), 5), kept, "{split} {step}");
        }
    }

    #[test]
    fn a_value_that_is_no_number_is_null() {
        let values = vec![("loss".to_owned(), f64::NAN), ("lr".to_owned(), 0.5)];
        let record = Record { split: "train".into(), epoch: 0.5, step: 3, values };
        let line = serde_json::to_string(&json(&record)).unwrap();
        assert_eq!(line, r#"{"split":"train","epoch":0.5,"step":3,"loss":null,"lr":0.5}"#);
    }
}
