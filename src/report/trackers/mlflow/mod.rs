//! MLflow by its REST interface, version 2.0.
//!
//! A run is found again by the server's name for it, else by the tag `runner.identity`. What the server
//! does not allow in names becomes `_`; what is too long is cut. Source: MLflow's REST documentation and
//! `mlflow/utils/validation.py`.

mod http;

use serde_json::{Value, json};

use super::{Address, End, Introduction, Known, Login, Point, Tracker, TrackerError};
use http::Server;

/// The tag that tells a run from every other one.
const IDENTITY: &str = "runner.identity";
/// What one request may hold, and how long names and values may be.
const METRICS: usize = 1000;
const PARAMS: usize = 100;
const NAME: usize = 250;
const PARAM_VALUE: usize = 6000;
const TAG_VALUE: usize = 5000;

/// A run on an MLflow server.
pub struct Mlflow {
    server: Server,
    run: String,
    /// Where files of the run go.
    files: String,
}

impl Mlflow {
    /// A server; who writes there is in the address where `login` does not say.
    pub fn new(address: &Address, login: Option<Login>) -> Self {
        Self { server: Server::new(address, login), run: String::new(), files: String::new() }
    }

    /// The run that the server knows by that name.
    fn of_name(&self, name: &str) -> Result<Option<Value>, TrackerError> {
        let found = absent_is_none(self.server.get("runs/get", ("run_id", name)))?;
        let run = found.map(|mut found| found["run"].take());
        Ok(run.filter(|run| run["info"]["lifecycle_stage"] != "deleted"))
    }

    /// The run with that identity.
    fn of_identity(&self, experiment: &str, identity: &str) -> Result<Option<Value>, TrackerError> {
        let filter = format!("tags.`{IDENTITY}` = '{identity}'");
        let body = json!({ "experiment_ids": [experiment], "filter": filter, "max_results": 1 });
        let mut found = self.server.post("runs/search", &body)?;
        Ok(found["runs"].get_mut(0).map(Value::take))
    }

    /// The experiment's number on the server; made when it is not there.
    fn experiment(&self, name: &str) -> Result<String, TrackerError> {
        let find = || {
            let found = self.server.get("experiments/get-by-name", ("experiment_name", name));
            Ok(absent_is_none(found)?.map(|mut found| found["experiment"].take()))
        };
        let found = match find()? {
            Some(found) => Some(found),
            None => match self.server.post("experiments/create", &json!({ "name": name })) {
                Ok(made) => Some(made),
                // Another job of the sweep was first.
                Err(TrackerError::Refused { code, .. }) if code == "RESOURCE_ALREADY_EXISTS" => {
                    find()?
                }
                Err(error) => return Err(error),
            },
        };
        let found = found.unwrap_or_default();
        if found["lifecycle_stage"] == "deleted" {
            let reason = format!("experiment `{name}` was deleted there");
            return Err(self.server.refused("", &reason));
        }
        self.text(&found["experiment_id"])
    }

    fn create(&self, experiment: &str, run: &Introduction) -> Result<Value, TrackerError> {
        let body = json!({
            "experiment_id": experiment,
            "run_name": cut(&run.name, NAME),
            "start_time": run.started,
            "tags": [{ "key": IDENTITY, "value": run.identity }],
        });
        Ok(self.server.post("runs/create", &body)?["run"].take())
    }

    /// Says what a run is; a param that is there already with another value is not changed.
    fn introduce(&self, run: &Introduction) -> Result<(), TrackerError> {
        let pairs = |pairs: &[(String, String)], longest| -> Vec<Value> {
            let pair = |(key, value): &(String, String)| json!({ "key": valid(key), "value": cut(value, longest) });
            pairs.iter().map(pair).collect()
        };
        for (kind, all) in
            [("tags", pairs(&run.tags, TAG_VALUE)), ("params", pairs(&run.params, PARAM_VALUE))]
        {
            for some in all.chunks(PARAMS) {
                let body = json!({ "run_id": self.run, kind: some });
                match self.server.post("runs/log-batch", &body) {
                    Err(error) if !error.is_passing() => tracing::warn!("mlflow: {kind}: {error}"),
                    said => said.map(drop)?,
                }
            }
        }
        Ok(())
    }

    fn text(&self, value: &Value) -> Result<String, TrackerError> {
        let text = value.as_str().map(str::to_owned);
        text.ok_or_else(|| self.server.refused("", "its answer is not that of an MLflow server"))
    }
}

impl Tracker for Mlflow {
    fn name(&self) -> &'static str {
        "mlflow"
    }

    fn place(&self) -> String {
        self.server.base().to_owned()
    }

    fn begin(&mut self, run: &Introduction, known: Option<&str>) -> Result<Known, TrackerError> {
        let known = known.map(|name| self.of_name(name)).transpose()?.flatten();
        let found = match known {
            Some(found) => Some(found),
            None => {
                let experiment = self.experiment(&run.experiment)?;
                match self.of_identity(&experiment, &run.identity)? {
                    Some(found) => Some(found),
                    None => {
                        let made = self.create(&experiment, run)?;
                        self.take(&made)?;
                        None
                    }
                }
            }
        };
        if let Some(found) = found {
            self.take(&found)?;
            let body = json!({ "run_id": self.run, "status": "RUNNING" });
            self.server.post("runs/update", &body)?;
        }
        self.introduce(run)?;
        Ok(Known { place: self.place(), run: self.run.clone() })
    }

    fn log(&mut self, points: &[Point]) -> Result<(), TrackerError> {
        for some in points.chunks(METRICS) {
            let metric = |point: &Point| {
                json!({
                    "key": valid(&point.name),
                    "value": point.value,
                    "timestamp": point.time,
                    "step": point.step,
                })
            };
            let metrics: Vec<Value> = some.iter().map(metric).collect();
            let body = json!({ "run_id": self.run, "metrics": metrics });
            self.server.post("runs/log-batch", &body)?;
        }
        Ok(())
    }

    fn keep(&mut self, name: &str, content: &[u8]) -> Result<(), TrackerError> {
        match below_the_server(&self.files) {
            Some(path) => self.server.put(&format!("{path}/{name}"), content),
            None => Err(TrackerError::NoFiles { place: self.place(), target: self.files.clone() }),
        }
    }

    fn end(&mut self, end: End) -> Result<(), TrackerError> {
        let status = match end {
            End::Completed => "FINISHED",
            End::Failed => "FAILED",
            End::Stopped => "KILLED",
        };
        let time = jiff::Timestamp::now().as_millisecond();
        let body = json!({ "run_id": self.run, "status": status, "end_time": time });
        self.server.post("runs/update", &body).map(drop)
    }
}

impl Mlflow {
    /// Goes on with a run as the server describes it.
    fn take(&mut self, run: &Value) -> Result<(), TrackerError> {
        self.run = self.text(&run["info"]["run_id"])?;
        self.files = self.text(&run["info"]["artifact_uri"])?;
        Ok(())
    }
}

/// Nothing where the server says that there is none.
fn absent_is_none(said: Result<Value, TrackerError>) -> Result<Option<Value>, TrackerError> {
    match said {
        Err(TrackerError::Refused { code, .. }) if code == "RESOURCE_DOES_NOT_EXIST" => Ok(None),
        said => said.map(Some),
    }
}

/// The path below the artifacts that the server itself takes: `mlflow-artifacts:/1/abc/artifacts`,
/// `mlflow-artifacts://host:port/1/abc/artifacts`.
fn below_the_server(files: &str) -> Option<&str> {
    let rest = files.strip_prefix("mlflow-artifacts:")?;
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.split_once('/')?.1,
        None => rest,
    };
    Some(path.trim_matches('/'))
}

/// A name that the server takes.
fn valid(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || "_-./ ".contains(c) { c } else { '_' };
    cut(name, NAME).chars().map(letter).collect()
}

/// The beginning of a text, so many characters at most.
fn cut(text: &str, longest: usize) -> &str {
    text.char_indices().nth(longest).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_server_takes() {
        assert_eq!(valid("dataset@x.y[0]/ä b"), "dataset_x.y_0_/_ b");
        assert_eq!(valid(&"x".repeat(300)).len(), NAME);
        assert_eq!(cut("äöü", 2), "äö");
    }

    #[test]
    fn files_that_the_server_takes_itself() {
        for (uri, path) in [
            ("mlflow-artifacts:/1/abc/artifacts", Some("1/abc/artifacts")),
            ("mlflow-artifacts://host:5000/1/abc/artifacts", Some("1/abc/artifacts")),
            ("s3://bucket/1/abc", None),
            ("/home/ann/mlruns/1/abc", None),
        ] {
            assert_eq!(below_the_server(uri), path, "{uri}");
        }
    }
}
