//! Hyper-parameters for TensorBoard's HParams tab.
//!
//! Every run is a session with its hyper-parameters and how it ended. Each part lies in an event file of
//! its own, so that the scalars know nothing of it. The tab takes the columns from one run of those that
//! it shows, whichever it meets first, so all runs of a sweep say the same. Source of messages and field
//! numbers: `tensorboard/plugins/hparams/{api,plugin_data}.proto`.
//!
//! TensorBoard keeps the first end that it reads of a session. So a run that may go on has none, and
//! the end of one that failed lies in a file that goes when the run is taken up again.

use std::collections::BTreeMap;
use std::path::Path;

use prost::Message;

use super::ReportError;
use super::events::{PluginData, SummaryMetadata, SummaryValue, TensorProto};
use super::tensorboard::{TensorBoard, seconds};
use crate::files;

/// Ending of the file that says how a run failed.
const FAILED: &str = ".failed";

/// The value of a hyper-parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Hyper {
    /// A number.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// Anything else.
    Text(String),
}

/// What the HParams tab shows of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    /// Names and values.
    pub hyper: BTreeMap<String, Hyper>,
    /// Tags of scalars that are shown beside them.
    pub metrics: Vec<String>,
}

/// Says which hyper-parameters the run in `dir` has; what an earlier attempt said of its end goes.
pub fn session_start(dir: &Path, session: &Session) -> Result<(), ReportError> {
    for entry in files::list(dir)? {
        if entry.name.starts_with("events.out.tfevents.") && entry.name.ends_with(FAILED) {
            files::remove_file(&dir.join(&entry.name))?;
        }
    }
    let experiment = Experiment {
        time_created_secs: seconds(),
        hparam_infos: session.hyper.iter().map(|(name, value)| info(name, value)).collect(),
        metric_infos: session.metrics.iter().map(|tag| MetricInfo::of(tag)).collect(),
    };
    let hparams = session.hyper.iter().map(|(name, value)| (name.clone(), value.proto())).collect();
    let start = SessionStart { hparams, start_time_secs: seconds() };
    TensorBoard::create(dir)?.summary(vec![
        value("experiment", Content { experiment: Some(experiment), ..Content::default() }),
        value("session_start_info", Content { start: Some(start), ..Content::default() }),
    ])
}

/// Says that the run in `dir` has ended, and whether well.
pub fn session_end(dir: &Path, is_success: bool) -> Result<(), ReportError> {
    let (status, ending) = if is_success { (1, "") } else { (2, FAILED) };
    let end = SessionEnd { status, end_time_secs: seconds() };
    let content = Content { end: Some(end), ..Content::default() };
    TensorBoard::create_ending(dir, ending)?.summary(vec![value("session_end_info", content)])
}

/// A value that is nothing but its metadata.
fn value(name: &str, content: Content) -> SummaryValue {
    let plugin_data =
        PluginData { plugin_name: "hparams".into(), content: content.encode_to_vec() };
    SummaryValue {
        tag: format!("_hparams_/{name}"),
        tensor: Some(TensorProto::empty()),
        metadata: Some(SummaryMetadata { plugin_data: Some(plugin_data), data_class: 2 }),
        ..SummaryValue::default()
    }
}

fn info(name: &str, value: &Hyper) -> HParamInfo {
    let kind = match value {
        Hyper::Text(_) => 1,
        Hyper::Bool(_) => 2,
        Hyper::Number(_) => 3,
    };
    HParamInfo { name: name.to_owned(), kind }
}

impl Hyper {
    fn proto(&self) -> Value {
        Value {
            kind: Some(match self {
                Hyper::Number(number) => Kind::Number(*number),
                Hyper::Bool(flag) => Kind::Bool(*flag),
                Hyper::Text(text) => Kind::String(text.clone()),
            }),
        }
    }
}

/// `HParamsPluginData`; version 0 is not written.
#[derive(Clone, PartialEq, Message)]
struct Content {
    #[prost(message, optional, tag = "2")]
    experiment: Option<Experiment>,
    #[prost(message, optional, tag = "3")]
    start: Option<SessionStart>,
    #[prost(message, optional, tag = "4")]
    end: Option<SessionEnd>,
}

/// `Experiment`.
#[derive(Clone, PartialEq, Message)]
struct Experiment {
    #[prost(double, tag = "3")]
    time_created_secs: f64,
    #[prost(message, repeated, tag = "4")]
    hparam_infos: Vec<HParamInfo>,
    #[prost(message, repeated, tag = "5")]
    metric_infos: Vec<MetricInfo>,
}

/// `HParamInfo`.
#[derive(Clone, PartialEq, Message)]
struct HParamInfo {
    #[prost(string, tag = "1")]
    name: String,
    /// `DataType`: string, bool and number are 1, 2 and 3.
    #[prost(int32, tag = "4")]
    kind: i32,
}

/// `MetricInfo`.
#[derive(Clone, PartialEq, Message)]
struct MetricInfo {
    #[prost(message, optional, tag = "1")]
    name: Option<MetricName>,
    #[prost(string, tag = "3")]
    display_name: String,
}

/// `MetricName`.
#[derive(Clone, PartialEq, Message)]
struct MetricName {
    #[prost(string, tag = "2")]
    tag: String,
}

impl MetricInfo {
    fn of(tag: &str) -> Self {
        let display = tag.split_once('/').map_or(tag, |(_, name)| name);
        let name = Some(MetricName { tag: tag.to_owned() });
        Self { name, display_name: display.trim_start_matches("final_acc/").to_owned() }
    }
}

/// `SessionStartInfo`.
#[derive(Clone, PartialEq, Message)]
struct SessionStart {
    #[prost(btree_map = "string, message", tag = "1")]
    hparams: BTreeMap<String, Value>,
    #[prost(double, tag = "5")]
    start_time_secs: f64,
}

/// `SessionEndInfo`.
#[derive(Clone, PartialEq, Message)]
struct SessionEnd {
    /// `Status`: success and failure are 1 and 2.
    #[prost(int32, tag = "1")]
    status: i32,
    #[prost(double, tag = "2")]
    end_time_secs: f64,
}

/// `google.protobuf.Value`, the kinds written here.
#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(oneof = "Kind", tags = "2, 3, 4")]
    kind: Option<Kind>,
}

/// `google.protobuf.Value.kind`.
#[derive(Clone, PartialEq, prost::Oneof)]
enum Kind {
    #[prost(double, tag = "2")]
    Number(f64),
    #[prost(string, tag = "3")]
    String(String),
    #[prost(bool, tag = "4")]
    Bool(bool),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_was_none_goes() {
        let dir = tempfile::tempdir().unwrap();
        let names = || -> Vec<String> {
            files::list(dir.path()).unwrap().into_iter().map(|entry| entry.name).collect()
        };
        session_start(dir.path(), &Session::default()).unwrap();
        session_end(dir.path(), false).unwrap();
        assert_eq!(names().iter().filter(|name| name.ends_with(FAILED)).count(), 1);
        session_start(dir.path(), &Session::default()).unwrap();
        session_end(dir.path(), true).unwrap();
        assert_eq!((names().len(), names().iter().any(|name| name.ends_with(FAILED))), (3, false));
    }
}
