//! Programs that a run may call: whether they are there and answer.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::asked::Asked;
use super::line::{Level, Line, Report};

const TOPIC: &str = "programs";
/// Those of a cluster whose controller is away try again for minutes.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a program had to say.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// There is none of that name.
    Absent,
    /// It took too long, and was ended.
    Silent,
    /// It failed, with its last words or how it ended.
    Failed(String),
    /// What it printed.
    Said(String),
}

/// Asks a program found in PATH.
fn ask(program: &str, arguments: &[&str]) -> Answer {
    ask_within(Path::new(program), arguments, PATIENCE)
}

/// Starts a program, without a shell, and waits for it to end.
pub(super) fn ask_within<S: AsRef<OsStr>>(
    program: &Path,
    arguments: &[S],
    patience: Duration,
) -> Answer {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    match answered(&mut command, patience) {
        Ok(None) => Answer::Silent,
        Ok(Some(output)) if output.status.success() => {
            Answer::Said(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Ok(Some(output)) => {
            let words = String::from_utf8_lossy(&output.stderr);
            let last = words.lines().rfind(|line| !line.trim().is_empty());
            Answer::Failed(match (output.status.code(), last) {
                (Some(_), Some(last)) => last.trim().to_owned(),
                _ => format!("crashed: {}", output.status),
            })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Answer::Absent,
        Err(error) => Answer::Failed(error.to_string()),
    }
}

/// What is printed here is short: it fits into a pipe until the end is seen.
fn answered(command: &mut Command, patience: Duration) -> io::Result<Option<Output>> {
    let mut child = command.spawn()?;
    let started = Instant::now();
    while child.try_wait()?.is_none() {
        if started.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        sleep(Duration::from_millis(5));
    }
    child.wait_with_output().map(Some)
}

/// Looks at what a run may call; of a run, at what it calls.
pub(super) fn look(asked: &Asked, report: &mut Report) {
    if !asked.is_run || asked.wants_videos() {
        report.push(video(asked.wants_videos()));
    }
    if !asked.is_run || asked.wants_slurm() {
        report.push(slurm(asked.wants_slurm()));
    }
    if !asked.is_run {
        report.push(mpi());
    }
}

/// `ffmpeg` and `ffprobe`, which go together.
fn video(is_needed: bool) -> Line {
    let fix = "install ffmpeg (`apt install ffmpeg`, `conda install ffmpeg`); features and synthetic \
               data do without";
    for program in ["ffprobe", "ffmpeg"] {
        let said = match ask(program, &["-version"]) {
            Answer::Said(text) if program == "ffmpeg" => {
                return Line::ok(TOPIC, "ffmpeg", version(&text));
            }
            Answer::Said(_) => continue,
            other => wrong(program, &other),
        };
        return Line::not(Level::absent(is_needed), TOPIC, "ffmpeg", said, fix);
    }
    Line::ok(TOPIC, "ffmpeg", "there")
}

/// Slurm's programs, and whether its controller answers.
fn slurm(is_needed: bool) -> Line {
    let level = Level::absent(is_needed);
    let text = match ask("sbatch", &["--version"]) {
        Answer::Said(text) => text,
        other => {
            let fix = match is_needed {
                true => "submit from a machine that has it, or hydra/launcher=local",
                false => "not needed for runs on this machine",
            };
            return Line::not(level, TOPIC, "Slurm", wrong("sbatch", &other), fix);
        }
    };
    match ask("squeue", &["--me", "--noheader"]) {
        Answer::Said(jobs) => {
            let jobs = jobs.lines().count();
            Line::ok(TOPIC, "Slurm", format!("{}, answers, {jobs} jobs of yours", version(&text)))
        }
        other => {
            let said = format!("{}, but {}", version(&text), wrong("squeue", &other));
            let fix = "ask again when the controller is back; hydra/launcher=local does without";
            Line::not(level, TOPIC, "Slurm", said, fix)
        }
    }
}

fn mpi() -> Line {
    let fix = "only for several processes that train one model: docs/parallel.md";
    if !cfg!(feature = "mpi") {
        return Line::not(Level::Absent, TOPIC, "MPI", "not compiled in", fix);
    }
    match ask("mpirun", &["--version"]) {
        Answer::Said(text) => Line::ok(TOPIC, "MPI", version(&text)),
        other => Line::not(Level::Absent, TOPIC, "MPI", wrong("mpirun", &other), fix),
    }
}

/// The first line of what a program says of itself, without what follows the version.
fn version(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default().trim();
    first.split(" Copyright").next().unwrap_or(first).to_owned()
}

fn wrong(program: &str, answer: &Answer) -> String {
    match answer {
        Answer::Absent => format!("there is no `{program}`"),
        Answer::Silent => format!("`{program}` gave no answer in {} s", PATIENCE.as_secs()),
        Answer::Failed(words) => format!("`{program}` fails ({words})"),
        Answer::Said(text) => version(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_a_program_can_answer() {
        let sh =
            |script: &str| ask_within(Path::new("sh"), &["-c", script], Duration::from_secs(1));
        assert_eq!(sh("echo a"), Answer::Said("a\n".into()));
        assert_eq!(sh("echo x >&2; echo why >&2; exit 3"), Answer::Failed("why".into()));
        assert!(
            matches!(sh("kill -SEGV $$"), Answer::Failed(words) if words.contains("signal: 11"))
        );
        assert_eq!(sh("sleep 20"), Answer::Silent);
        assert_eq!(ask("no-such-program-here", &[]), Answer::Absent);
    }

    #[test]
    fn versions_without_more() {
        let ffmpeg = "ffmpeg version 6.1.1 Copyright (c) 2000-2023 the FFmpeg developers\nbuilt";
        assert_eq!(version(ffmpeg), "ffmpeg version 6.1.1");
        assert_eq!(version("slurm-wlm 23.11.4\n"), "slurm-wlm 23.11.4");
    }
}
