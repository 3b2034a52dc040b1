//! `runner jobs logs`: what a job printed, stderr included.
//!
//! | job | what is printed |
//! |---|---|
//! | ran in a process of its own | the log that its launcher keeps beside the ledger |
//! | ran in the process of `runner -m` | `runner.log` of its run |

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;

use crate::cli::failure::{Failure, exit};
use crate::cli::{out, run};
use crate::experiment::StopFlag;
use crate::files::{self, Follow};
use crate::launch::{JobRecord, JobState, Queue, Standing, Standings, logs};
use crate::train::StopSignal;

use super::select::{Selection, select_job};
use super::{Outputs, words};

const EXAMPLES: &str = "\
Examples:
  runner jobs logs ek55_ensemble/0003/4               all of it
  runner jobs logs ek55_ensemble/latest/4 -f          what comes, until the job ends
  runner jobs logs 123_4 -f --lines 20                from the last 20 lines on";
/// How often new text is looked for.
const PAUSE: Duration = Duration::from_millis(100);
/// How often it is asked whether the job has ended, and how often where a cluster has to say so.
const LOOK: Duration = Duration::from_secs(1);
const LOOK_AT_QUEUE: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LogsArgs {
    /// A job: EXPERIMENT/NNNN/N, its directory, or 123_4 as Slurm calls it
    job: String,
    #[command(flatten)]
    outputs: Outputs,
    /// Go on until the job ends
    #[arg(short, long)]
    follow: bool,
    /// Only the last N lines, and with --follow what comes after them
    #[arg(short = 'n', long, value_name = "N")]
    lines: Option<usize>,
}

pub(super) fn run(args: &LogsArgs, queue: &dyn Queue) -> Result<ExitCode, Failure> {
    let (selection, number) = select_job(&args.job, &args.outputs.outputs)?;
    let record = selection.ledger.job(number)?;
    if args.follow {
        return Following::begin(&selection, number, args.lines, queue).run();
    }
    match log_of(&selection, &record) {
        Some(path) => Ok(print(&open(&path, args.lines)?.more()?)?.unwrap_or(ExitCode::SUCCESS)),
        None => {
            let name = selection.job_name(number);
            say!("job {name} is {} and has printed nothing", record.state);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The log there is: the one in the record, or else what may be.
fn log_of(selection: &Selection, record: &JobRecord) -> Option<PathBuf> {
    logs(&selection.ledger, record).into_iter().find(|path| files::is_file(path))
}

fn open(path: &Path, lines: Option<usize>) -> Result<Follow, Failure> {
    Ok(match lines {
        Some(lines) => Follow::from_last_lines(path, lines)?,
        None => Follow::from_start(path),
    })
}

/// Writes bytes as they are; gives the exit code when nobody reads on.
fn print(bytes: &[u8]) -> Result<Option<ExitCode>, Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    let is_over = written.is_err();
    out::settle(written)?;
    Ok(is_over.then_some(ExitCode::SUCCESS))
}

/// A log that is read while it is written.
struct Following<'a> {
    selection: &'a Selection,
    number: usize,
    lines: Option<usize>,
    queue: &'a dyn Queue,
    log: Option<Follow>,
}

impl<'a> Following<'a> {
    fn begin(
        selection: &'a Selection,
        number: usize,
        lines: Option<usize>,
        queue: &'a dyn Queue,
    ) -> Self {
        Self { selection, number, lines, queue, log: None }
    }

    fn run(mut self) -> Result<ExitCode, Failure> {
        let stop = StopFlag::install().map_err(Failure::failed)?;
        let mut job = self.look()?;
        let mut looked = Instant::now();
        if log_of(self.selection, &job.record).is_none() && !job.settled.state.is_ended() {
            let name = self.selection.job_name(self.number);
            say!("job {name} is {} and has printed nothing yet", job.settled.state);
        }
        loop {
            // Before the text is read, so that none comes between.
            let has_ended = job.settled.state.is_ended();
            self.choose(&job.record)?;
            if let Some(log) = &mut self.log
                && let Some(nobody_reads) = print(&log.more()?)?
            {
                return Ok(nobody_reads);
            }
            if has_ended {
                self.say_how(&job);
                return Ok(ExitCode::SUCCESS);
            }
            if stop.stop_requested() {
                return Ok(ExitCode::from(exit::INTERRUPTED));
            }
            sleep(PAUSE);
            let pause = if job.record.slurm.is_some() { LOOK_AT_QUEUE } else { LOOK };
            if looked.elapsed() >= pause {
                (job, looked) = (self.look()?, Instant::now());
            }
        }
    }

    fn look(&self) -> Result<Standing, Failure> {
        let (mut found, _) = Standings::read(&self.selection.ledger, &[self.number], self.queue);
        let (_, job) = found.jobs.pop().expect("one job was asked for");
        Ok(job?)
    }

    /// Opens the log once there is one. A job that is started again may then have another.
    fn choose(&mut self, record: &JobRecord) -> Result<(), Failure> {
        let Some(path) = log_of(self.selection, record) else { return Ok(()) };
        let is_open = self.log.as_ref().is_some_and(|log| log.path() == path);
        if !is_open {
            let is_first = self.log.is_none();
            self.log = Some(open(&path, self.lines.filter(|_| is_first))?);
        }
        Ok(())
    }

    fn say_how(&self, job: &Standing) {
        let name = self.selection.job_name(self.number);
        match (job.settled.state, job.error()) {
            (JobState::Failed, Some(error)) => {
                say!("job {name} failed: {}", words::note(&error));
            }
            (state, _) => say!("job {name} is {state}"),
        }
        if self.log.is_none() {
            say!("it has no log; its directory is `{}`", run::shown(&job.run.path));
        }
    }
}
