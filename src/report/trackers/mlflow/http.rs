//! Requests to an MLflow server: one try each, with a limit on how long it may take.

use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

use super::super::{Address, Login, TrackerError};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a whole request may take.
const WHOLE: Duration = Duration::from_secs(15);

/// A server, and who writes there.
pub(super) struct Server {
    agent: Agent,
    base: String,
    authorization: Option<String>,
}

impl Server {
    pub(super) fn new(address: &Address, login: Option<Login>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .user_agent(concat!("runner/", env!("CARGO_PKG_VERSION")));
        let login = login.or_else(|| address.login().cloned());
        Self {
            agent: config.build().new_agent(),
            base: address.base().to_owned(),
            authorization: login.map(|login| login.header()),
        }
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Asks `api/2.0/mlflow/<path>`.
    pub(super) fn get(&self, path: &str, query: (&str, &str)) -> Result<Value, TrackerError> {
        let url = format!("{}/api/2.0/mlflow/{path}", self.base);
        let mut request = self.agent.get(url).query(query.0, query.1);
        if let Some(value) = &self.authorization {
            request = request.header("Authorization", value);
        }
        self.read(request.call())
    }

    /// Tells `api/2.0/mlflow/<path>`.
    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value, TrackerError> {
        let mut request = self.agent.post(format!("{}/api/2.0/mlflow/{path}", self.base));
        if let Some(value) = &self.authorization {
            request = request.header("Authorization", value);
        }
        self.read(request.send_json(body))
    }

    /// Leaves a file; `path` is that below the server's artifacts.
    pub(super) fn put(&self, path: &str, content: &[u8]) -> Result<(), TrackerError> {
        let url = format!("{}/api/2.0/mlflow-artifacts/artifacts/{path}", self.base);
        let mut request = self.agent.put(url).content_type("application/octet-stream");
        if let Some(value) = &self.authorization {
            request = request.header("Authorization", value);
        }
        self.read(request.send(content)).map(drop)
    }

    /// What the server answers.
    ///
    /// | answer | is |
    /// |---|---|
    /// | 2xx with JSON | the JSON |
    /// | none, 429, 5xx | [`TrackerError::Away`] |
    /// | anything else | [`TrackerError::Refused`] |
    fn read(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<Value, TrackerError> {
        let away = |reason| TrackerError::Away { place: self.base.clone(), reason };
        let mut answer = answer.map_err(|error| match error {
            ureq::Error::RedirectFailed | ureq::Error::TooManyRedirects => {
                self.refused("", "it is elsewhere: it sends requests on to another address")
            }
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) => self.refused("", &error.to_string()),
            _ => away(error.to_string()),
        })?;
        let status = answer.status();
        let text = answer.body_mut().read_to_string().map_err(|error| away(error.to_string()))?;
        let json: Option<Value> = serde_json::from_str(&text).ok();
        if status.is_success() {
            let json = if text.trim().is_empty() { Some(json!({})) } else { json };
            return json.ok_or_else(|| self.refused("", "it answers no JSON: is it MLflow's?"));
        }
        let of = |key: &str| json.as_ref()?.get(key)?.as_str();
        let said = of("message").unwrap_or_default();
        let reason = match said.is_empty() {
            true => status.to_string(),
            false => format!("{status}: {}", said.chars().take(300).collect::<String>()),
        };
        match status.as_u16() {
            429 | 500.. => Err(away(reason)),
            _ => Err(self.refused(of("error_code").unwrap_or_default(), &reason)),
        }
    }

    pub(super) fn refused(&self, code: &str, reason: &str) -> TrackerError {
        let place = self.base.clone();
        TrackerError::Refused { place, code: code.to_owned(), reason: reason.to_owned() }
    }
}
