//! One worker process, from its start to its end.
//!
//! Decides when it is sent which signal; it does not know what the job is nor what its end means.
//! Invariant: when [`Worker::run`] returns, the process is gone.

use std::env;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::devices::VISIBLE;
use super::plan::Slot;
use super::{LaunchError, TimeLimit, leash};
use crate::files::Appender;

/// Variables by which libraries are told a number of threads.
const THREADS: [&str; 3] = ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"];
/// Between two looks at a process: short ones after its start, so that short jobs cost little.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// What to start.
pub(super) struct Worker<'a> {
    pub(super) program: &'a Path,
    /// `jobs run DIR N`.
    pub(super) arguments: [&'a std::ffi::OsStr; 4],
    /// Where the sweep was started.
    pub(super) cwd: &'a Path,
    /// Takes both of its streams.
    pub(super) log: &'a Path,
    pub(super) slot: &'a Slot,
    pub(super) time: &'a TimeLimit,
    pub(super) stop: &'a (dyn Fn() -> bool + Sync),
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Code(i32),
    Signal(i32),
}

/// What a worker was told by its launcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    /// To stop, since the sweep does.
    Stop,
    /// That its time is up.
    Time,
}

/// The end of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) exit: Exit,
    pub(super) told: Told,
    /// Whether it was killed, since it did not end when it was told to.
    pub(super) killed: bool,
}

impl Worker<'_> {
    /// Starts it and stays with it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn run(&self) -> Result<Ending, LaunchError> {
        let mut child = self.command()?.spawn().map_err(|source| self.no_start(source))?;
        self.attend(&mut child).map_err(|source| self.no_start(source))
    }

    fn command(&self) -> Result<Command, LaunchError> {
        let out = Appender::open(self.log)?;
        let err = out.try_clone()?;
        let mut command = Command::new(self.program);
        command
            // The name that the user called: the program's own may be that of a link to it.
            .arg0(env::args_os().next().unwrap_or_else(|| self.program.into()))
            .args(self.arguments)
            .current_dir(self.cwd)
            .stdout(Stdio::from(out))
            .stderr(Stdio::from(err));
        leash::put_on(&mut command);
        if let Some(gpus) = &self.slot.gpus {
            command.env(VISIBLE, gpus.join(","));
        }
        if let Some(threads) = self.slot.threads {
            let unset = THREADS.iter().filter(|name| env::var_os(name).is_none());
            command.envs(unset.map(|name| (name, threads.to_string())));
        }
        Ok(command)
    }

    fn no_start(&self, source: std::io::Error) -> LaunchError {
        let (program, cwd): (PathBuf, PathBuf) = (self.program.into(), self.cwd.into());
        LaunchError::Worker { program, cwd, source }
    }

    /// Ctrl-C goes to the whole group of processes, and the worker may be faster than the launcher.
    fn is_stopped_too(&self) -> bool {
        sleep(PAUSES.1);
        (self.stop)()
    }

    fn attend(&self, child: &mut Child) -> std::io::Result<Ending> {
        let (started, mut told_at, mut pause) = (Instant::now(), None, PAUSES.0);
        let (mut told, mut killed) = (Told::Nothing, false);
        loop {
            if let Some(status) = child.try_wait()? {
                let exit = exit_of(status);
                if told == Told::Nothing && matches!(exit, Exit::Signal(_)) && self.is_stopped_too()
                {
                    told = Told::Stop;
                }
                return Ok(Ending { exit, told, killed });
            }
            match told_at {
                None if (self.stop)() => {
                    told = Told::Stop;
                    told_at = Some(tell(child, Signal::TERM));
                }
                None if started.elapsed() >= self.time.told_after() => {
                    told = Told::Time;
                    told_at = Some(tell(child, Signal::USR1));
                }
                Some(at) if !killed && at.elapsed() >= self.time.patience(told) => {
                    killed = child.kill().is_ok();
                    leash::let_go(child);
                }
                None | Some(_) => {}
            }
            sleep(pause);
            pause = (pause * 2).min(PAUSES.1);
        }
    }
}

impl TimeLimit {
    /// How long a worker that was told may go on.
    fn patience(&self, told: Told) -> Duration {
        match told {
            Told::Nothing | Told::Stop => self.notice,
            Told::Time => self.limit.saturating_sub(self.told_after()),
        }
    }
}

/// How a process that is gone ended.
fn exit_of(status: ExitStatus) -> Exit {
    let signal = || status.signal().expect("a process without exit code was ended by a signal");
    status.code().map_or_else(|| Exit::Signal(signal()), Exit::Code)
}

/// Sends the signal, and says when. That the process has just ended is seen at the next look.
fn tell(child: &Child, signal: Signal) -> Instant {
    let _ = kill_process(Pid::from_child(child), signal);
    Instant::now()
}
