//! A server on a free port of this machine that behaves as told and remembers what it heard.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    /// As MLflow's does.
    Good,
    /// Nobody listens.
    Closed,
    /// It says 500.
    Failing,
    /// It says 403.
    Unwilling,
    /// It shows a page.
    NoJson,
    /// It takes connections and says nothing.
    Hanging,
}

/// A request.
struct Heard {
    path: String,
    authorization: String,
    body: Value,
}

pub struct Fake {
    port: u16,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Fake {
    pub fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        if mood != Mood::Closed {
            let heard = Arc::clone(&heard);
            // Ends with the process of the test.
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let heard = Arc::clone(&heard);
                    thread::spawn(move || answer(stream, mood, &heard));
                }
            });
        }
        Self { port, heard }
    }

    pub fn uri(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// All `params`, `tags` or `metrics` of batches, in order.
    pub fn all(&self, kind: &str) -> Vec<Value> {
        let heard = self.heard.lock().unwrap();
        let batches = heard.iter().filter(|heard| heard.path.ends_with("runs/log-batch"));
        batches.flat_map(|heard| heard.body[kind].as_array().cloned().unwrap_or_default()).collect()
    }

    pub fn statuses(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let updates = heard.iter().filter(|heard| heard.path.ends_with("runs/update"));
        updates.map(|heard| heard.body["status"].as_str().unwrap().to_owned()).collect()
    }

    pub fn authorizations(&self) -> Vec<String> {
        self.heard.lock().unwrap().iter().map(|heard| heard.authorization.clone()).collect()
    }

    /// Names of the files that were left.
    pub fn files(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let left = heard.iter().filter(|heard| heard.path.contains("mlflow-artifacts"));
        left.map(|heard| heard.path.rsplit('/').next().unwrap().to_owned()).collect()
    }
}

fn answer(stream: TcpStream, mood: Mood, heard: &Mutex<Vec<Heard>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = read(&mut reader) {
        let (status, body) = match mood {
            Mood::Failing => ("500 Internal Server Error", "{}".to_owned()),
            Mood::Unwilling => ("403 Forbidden", json!({ "message": "not you" }).to_string()),
            Mood::NoJson => ("200 OK", "<html>Log in</html>".to_owned()),
            Mood::Hanging | Mood::Closed => return thread::sleep(Duration::from_secs(120)),
            Mood::Good => good(&request, heard),
        };
        heard.lock().unwrap().push(request);
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        if (&stream).write_all(format!("{head}{body}").as_bytes()).is_err() {
            return;
        }
    }
}

fn good(request: &Heard, heard: &Mutex<Vec<Heard>>) -> (&'static str, String) {
    let info = json!({ "run_id": "r1", "artifact_uri": "mlflow-artifacts:/7/r1/artifacts", "lifecycle_stage": "active" });
    let heard = heard.lock().unwrap();
    let has = |end: &str| heard.iter().any(|heard| heard.path.ends_with(end));
    let absent = json!({ "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none" });
    let path = request.path.split('?').next().unwrap_or_default();
    let body = match path.rsplit("mlflow/").next().unwrap_or_default() {
        "experiments/get-by-name" if !has("experiments/create") => {
            return ("404 Not Found", absent.to_string());
        }
        "experiments/get-by-name" => json!({ "experiment": { "experiment_id": "7" } }),
        "experiments/create" => json!({ "experiment_id": "7" }),
        "runs/get" if !has("runs/create") => return ("404 Not Found", absent.to_string()),
        "runs/get" | "runs/create" => json!({ "run": { "info": info } }),
        "runs/search" if has("runs/create") => json!({ "runs": [{ "info": info }] }),
        _ => json!({}),
    };
    ("200 OK", body.to_string())
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Heard> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut authorization) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => authorization = value.trim().to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    Some(Heard { path, authorization, body })
}
