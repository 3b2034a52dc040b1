//! The tracing log of the run that is under way.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

use crate::files::Appender;

use super::Screen;

/// What is logged before a run has its directory is kept up to so many bytes.
const KEPT: usize = 1 << 16;

/// Target of events for the run's log alone: what stderr is told in other words.
pub const FILE_ONLY: &str = "file_only";

/// A log writer whose file changes with the run, and what stderr shows.
///
/// Before a run has a directory, lines are kept; the file then starts with them, so that it also
/// tells what was built.
#[derive(Clone, Debug, Default)]
pub struct RunLog {
    target: Arc<Mutex<Target>>,
    only_warnings: Arc<AtomicBool>,
    screen: Screen,
}

#[derive(Debug)]
enum Target {
    Memory(Vec<u8>),
    File(Appender),
}

impl Default for Target {
    fn default() -> Self {
        Target::Memory(Vec::new())
    }
}

impl RunLog {
    /// A log whose lines stderr shows as `screen` does.
    pub fn beside(screen: Screen) -> Self {
        Self { screen, ..Self::default() }
    }

    /// What stderr shows beside the lines.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Sends the log to `file` from now on, what was kept first.
    pub fn start(&self, mut file: Appender) -> io::Result<()> {
        let mut target = self.lock();
        if let Target::Memory(kept) = &*target {
            file.write_all(kept)?;
        }
        *target = Target::File(file);
        Ok(())
    }

    /// Shows no more than warnings on stderr from now on, for ranks beside the one that is followed.
    pub fn show_only_warnings(&self) {
        self.only_warnings.store(true, Ordering::Relaxed);
    }

    /// Whether stderr shows more than warnings.
    pub fn shows_progress(&self) -> bool {
        !self.only_warnings.load(Ordering::Relaxed)
    }

    /// Closes the file; what follows is kept for the next run.
    pub fn end(&self) {
        *self.lock() = Target::default();
    }

    fn lock(&self) -> MutexGuard<'_, Target> {
        self.target.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds the log for one event.
pub struct RunLogWriter<'a>(MutexGuard<'a, Target>);

impl<'a> MakeWriter<'a> for RunLog {
    type Writer = RunLogWriter<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        RunLogWriter(self.lock())
    }
}

impl Write for RunLogWriter<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match &mut *self.0 {
            Target::File(file) => file.write(buf),
            Target::Memory(kept) => {
                if kept.len() + buf.len() <= KEPT {
                    kept.extend_from_slice(buf);
                }
                Ok(buf.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut *self.0 {
            Target::File(file) => file.flush(),
            Target::Memory(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_logged_before_the_directory_existed_is_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("runner.log");
        let log = RunLog::default();
        log.make_writer().write_all(b"before\n").unwrap();
        log.start(Appender::open(&path).unwrap()).unwrap();
        log.make_writer().write_all(b"during\n").unwrap();
        log.end();
        log.make_writer().write_all(b"after\n").unwrap();
        assert_eq!(crate::files::read_to_string(&path).unwrap(), "before\nduring\n");
    }
}
