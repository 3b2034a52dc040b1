//! Slurm's programs, each started directly, without a shell, and ended when it takes too long.
//!
//! A controller that is away makes them wait for minutes: they try again on their own. Nobody at a
//! terminal should.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::SlurmError;

/// A busy controller answers within seconds; some wait half a minute for their database.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(10);

/// Where the programs are and how long to wait for them.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// A directory instead of PATH.
    programs: Option<PathBuf>,
    patience: Duration,
}

/// What a program has said.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Default for Client {
    fn default() -> Self {
        Self { programs: None, patience: PATIENCE }
    }
}

impl Client {
    /// One that finds programs in a directory.
    #[cfg(test)]
    pub fn of(programs: PathBuf, patience: Duration) -> Self {
        Self { programs: Some(programs), patience }
    }

    /// The stdout of a program that has to succeed.
    pub fn ask<S: AsRef<OsStr>>(
        &self,
        program: &'static str,
        aim: &'static str,
        arguments: &[S],
    ) -> Result<String, SlurmError> {
        let answer = self.answer(program, aim, arguments)?;
        if answer.status.success() {
            return Ok(answer.stdout);
        }
        Err(SlurmError::Refused { program, aim, words: answer.words() })
    }

    /// What a program says, whether it succeeds or not.
    pub fn answer<S: AsRef<OsStr>>(
        &self,
        program: &'static str,
        aim: &'static str,
        arguments: &[S],
    ) -> Result<Answer, SlurmError> {
        let path = self.programs.as_ref().map_or_else(|| program.into(), |dir| dir.join(program));
        let mut command = Command::new(path);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => SlurmError::NoProgram { program },
            _ => SlurmError::Start { program, source },
        };
        let mut child = command.spawn().map_err(start)?;
        let (stdout, stderr) = (read(child.stdout.take()), read(child.stderr.take()));
        let Some(status) = wait(&mut child, self.patience).map_err(start)? else {
            let seconds = self.patience.as_secs();
            return Err(SlurmError::Silent { program, aim, seconds });
        };
        let text = |from: Receiver<String>| from.recv_timeout(self.patience).unwrap_or_default();
        Ok(Answer { status, stdout: text(stdout), stderr: text(stderr) })
    }
}

impl Answer {
    /// What it says of its failure.
    pub fn words(&self) -> String {
        match self.stderr.trim() {
            "" => self.status.to_string(),
            words => words.to_owned(),
        }
    }
}

/// Reads in a thread, so that neither of two pipes fills up; one that stays open is left to itself.
fn read(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// `None` for one that had to be ended.
fn wait(child: &mut Child, patience: Duration) -> io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}
