//! Real Hydra in a process of its own: a line in, a line out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The named answers to one question: a text, or why there is none.
pub type Answers = Vec<(&'static str, Result<String, String>)>;

pub struct Oracle {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    answered: usize,
    composed: usize,
    resolved: usize,
}

impl Oracle {
    /// Starts `scripts/hydra_oracle.py`; `None`, with a word about it, where Hydra is not there.
    pub fn start() -> Option<Self> {
        let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
        let version = "import hydra; print(hydra.__version__)";
        let said = Command::new(&python).args(["-c", version]).output();
        let said = said.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        if said.as_deref().unwrap_or_default() != "1.3.8" {
            println!(
                "skipped: `{python}` has no hydra-core 1.3.8; set RUNNER_PYTHON to one that has"
            );
            return None;
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/hydra_oracle.py");
        let mut process = Command::new(&python)
            .args(["-B", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let questions = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Some(Self { process, questions, answers, answered: 0, composed: 0, resolved: 0 })
    }

    pub fn send(&mut self, question: &Value) {
        writeln!(self.questions.as_mut().unwrap(), "{question}").unwrap();
    }

    /// The answers to the oldest question that has none yet.
    pub fn receive(&mut self) -> Answers {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answers: Value = serde_json::from_str(&line).expect("the oracle answers in JSON");
        let answer = |name: &'static str| {
            let answer = answers.get(name)?;
            let text = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_owned);
            let refusal = || format!("{}: {}", text("error").unwrap(), text("message").unwrap());
            Some((name, text("expected").ok_or_else(refusal)))
        };
        let answers: Answers =
            ["job", "resolved", "sweep"].into_iter().filter_map(answer).collect();
        self.answered += 1;
        self.composed += usize::from(answers[0].1.is_ok());
        self.resolved += usize::from(answers.iter().all(|(_, answer)| answer.is_ok()));
        answers
    }

    /// How many questions there were: a generator whose cases are all refused tests little.
    pub fn summary(&self) -> String {
        let (composed, resolved) = (self.composed, self.resolved);
        format!("Hydra composed {composed} of {}, without any error {resolved}", self.answered)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.questions.take());
        let _ = self.process.wait();
    }
}
