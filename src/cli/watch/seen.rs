//! What was found of one run: numbers for a table, a view and JSON.
//!
//! Decides what a run's files say about its progress, and nothing about how it looks.

use serde_json::{Map, Value, json};

use crate::runs::{Live, Manifest, MetricSets, RunEntry, RunState, Status};

use super::super::jobs::METRICS;
use super::gpu::Gpu;

/// A run at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub name: String,
    /// `running`, `stale`, `removed`, ...
    pub state: String,
    /// Steps taken; of an extraction frames.
    pub step: Option<u64>,
    pub steps: Option<u64>,
    pub epoch: Option<f64>,
    pub epochs: Option<u64>,
    /// The share that is done, from 0 to 1.
    pub share: Option<f64>,
    /// The loss, then its terms.
    pub losses: Vec<(String, f64)>,
    pub lr: Option<f64>,
    pub curves: Vec<(String, Vec<f64>)>,
    /// What training has seen of the sets it is evaluated on.
    pub metrics: MetricSets,
    /// Samples a second; of an extraction frames.
    pub rate: Option<f64>,
    pub left_seconds: Option<f64>,
    /// The share of the time in which steps waited for data, from 0 to 1.
    pub data_share: Option<f64>,
    /// Seconds since the log grew.
    pub quiet_seconds: Option<u64>,
    /// Cores in use, and memory in bytes.
    pub cores: Option<f64>,
    pub resident_bytes: Option<u64>,
    pub gpu: Option<Gpu>,
    pub device: Option<String>,
    pub host: Option<String>,
    /// `real`, `simulated`, `synthetic`.
    pub data: Option<&'static str>,
    pub started: Option<String>,
    pub error: Option<String>,
}

impl Seen {
    /// What the manifest says.
    pub fn of(name: String, entry: &RunEntry) -> Self {
        let mut seen = Self { name, state: entry.state.as_str().to_owned(), ..Self::default() };
        if let RunState::Broken { reason } = &entry.state {
            seen.error = Some(reason.clone());
        }
        let Some(manifest) = &entry.manifest else { return seen };
        seen.device = Some(manifest.device.clone());
        seen.host = Some(manifest.host.clone());
        seen.data = Some(manifest.data.as_str());
        seen.started = Some(manifest.started.clone());
        seen.metrics = manifest.metrics.clone();
        seen.error = manifest.error.clone();
        if manifest.status == Status::Completed {
            seen.share = Some(1.0);
        }
        seen
    }

    /// With what the log says, too.
    pub fn live(name: String, live: &Live) -> Self {
        let mut seen = Self::of(name, &live.entry);
        if live.is_removed() {
            seen.state = "removed".to_owned();
        }
        seen.quiet_seconds = live.quiet_seconds();
        let curve = |(name, curve): &(String, crate::runs::Curve)| (name.clone(), curve.values());
        seen.curves = live.curves.iter().map(curve).collect();
        if let Some(record) = &live.latest {
            seen.count(record, live.entry.manifest.as_ref());
            // The last steps of an epoch may not be logged; its evaluation is.
            let trains = seen.epoch.is_some();
            for evaluation in live.evaluations.iter().filter(|_| trains) {
                seen.step = seen.step.max(evaluation.get("step").and_then(Value::as_u64));
                let epoch = evaluation.get("epoch").and_then(Value::as_f64);
                seen.epoch = [seen.epoch, epoch].into_iter().flatten().reduce(f64::max);
            }
            seen.take_share();
            seen.measure(record, live);
        }
        seen
    }

    fn count(&mut self, record: &Map<String, Value>, manifest: Option<&Manifest>) {
        let number = |name: &str| record.get(name).and_then(Value::as_f64);
        let whole = |name: &str| record.get(name).and_then(Value::as_u64);
        self.losses = record
            .iter()
            .filter(|(name, _)| *name == "loss" || name.starts_with("loss/"))
            .filter_map(|(name, value)| Some((name.clone(), value.as_f64()?)))
            .collect();
        self.lr = number("lr");
        if let Some(frames) = whole("frames") {
            (self.step, self.steps) = (whole("step"), Some(frames));
        } else {
            // A step is logged under the number of steps before it.
            self.step = whole("step").map(|step| step + 1);
            self.epoch = number("epoch");
            let length = manifest.and_then(|manifest| manifest.length);
            self.steps = length.map(|length| length.steps);
            self.epochs = length.map(|length| length.epochs);
        }
    }

    fn take_share(&mut self) {
        if let (None, Some(step), Some(steps @ 1..)) = (self.share, self.step, self.steps) {
            self.share = Some((step as f64 / steps as f64).min(1.0));
        }
    }

    fn measure(&mut self, record: &Map<String, Value>, live: &Live) {
        if self.state != "running" {
            return;
        }
        let rest = self.steps.zip(self.step).map(|(all, done)| all.saturating_sub(done) as f64);
        if let Some(pace) = live.pace() {
            let length = live.entry.manifest.as_ref().and_then(|manifest| manifest.length);
            let each = pace.seconds / pace.steps as f64;
            self.rate = length.map(|length| length.batch_size as f64 / each);
            self.left_seconds = rest.map(|rest| rest * each);
            self.data_share = Some((pace.data_seconds / pace.seconds).clamp(0.0, 1.0));
        } else if let Some(rate) = record.get("frames_per_second").and_then(Value::as_f64) {
            self.rate = Some(rate);
            self.left_seconds = rest.filter(|_| rate > 0.0).map(|rest| rest / rate);
        }
    }

    /// The loss.
    pub fn loss(&self) -> Option<f64> {
        self.losses.iter().find(|(name, _)| name == "loss").map(|(_, value)| *value)
    }

    /// The most telling metric of the best evaluation, or of the last one where none was best.
    pub fn metric(&self) -> Option<(&'static str, f64)> {
        let set =
            if self.metrics.best.is_empty() { &self.metrics.last } else { &self.metrics.best };
        METRICS.into_iter().find_map(|name| Some((name, set.get(name)?.as_f64()?)))
    }

    /// Everything, for other programs.
    pub fn json(&self) -> Value {
        let gpu = self.gpu.as_ref().map(Gpu::json);
        let loss = |(name, value): &(String, f64)| (name.clone(), Value::from(*value));
        let losses: Map<String, Value> = self.losses.iter().map(loss).collect();
        json!({
            "run": self.name,
            "state": self.state,
            "step": self.step,
            "steps": self.steps,
            "epoch": self.epoch,
            "epochs": self.epochs,
            "share": self.share,
            "losses": losses,
            "lr": self.lr,
            "rate": self.rate,
            "left_s": self.left_seconds,
            "data_share": self.data_share,
            "quiet_s": self.quiet_seconds,
            "cores": self.cores,
            "resident_bytes": self.resident_bytes,
            "gpu": gpu,
            "metrics": self.metrics,
            "device": self.device,
            "host": self.host,
            "data": self.data,
            "started": self.started,
            "error": self.error,
        })
    }
}
