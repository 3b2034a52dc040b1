//! When the page of a sweep is written.
//!
//! Jobs end in many processes, which know nothing of each other. Each looks at the page after its job:
//! a young one is left to whoever ends later, as long as somebody will; and whoever has written one
//! looks whether the ledger has moved on meanwhile. So the last job to end leaves a page that has all.

use std::path::PathBuf;
use std::time::Duration;

use crate::files;
use crate::launch::{JobState, Ledger, NoQueue};
use crate::report;

use super::super::failure::Failure;
use super::{FILE, of_sweep};

/// A page that others will write again stays for at least so long, and longer in a large sweep, whose
/// page takes longer to make.
const LEAST: Duration = Duration::from_secs(5);
const EACH_JOB: Duration = Duration::from_millis(20);
/// How often a page is written again because the ledger has moved on.
const ROUNDS: usize = 5;

/// Brings the page up to date after a job has ended, unless it is young and others will do so.
pub(in crate::cli) fn after_job(ledger: &Ledger) {
    let Some(mut states) = states(ledger) else { return };
    let page = ledger.sweep().join(FILE);
    let least = LEAST + EACH_JOB * u32::try_from(states.len()).unwrap_or(u32::MAX);
    let is_young = || files::age(&page).is_some_and(|age| age < least);
    for _ in 0..ROUNDS {
        let others_will = states.iter().any(|state| !state.is_ended());
        if others_will && is_young() {
            return;
        }
        warn(write(ledger));
        let Some(now) = self::states(ledger).filter(|now| *now != states) else { return };
        states = now;
    }
}

/// Writes the page, however young it is.
pub(in crate::cli) fn at_end(ledger: &Ledger) {
    warn(write(ledger));
}

fn write(ledger: &Ledger) -> Result<PathBuf, Failure> {
    let path = ledger.sweep().join(FILE);
    let page = report::render_sweep(&of_sweep(ledger, &NoQueue), ledger.sweep());
    files::write_atomic(&path, page.as_bytes())?;
    Ok(path)
}

/// A sweep is worth its numbers, not its page.
fn warn(written: Result<PathBuf, Failure>) {
    if let Err(failure) = written {
        tracing::warn!("no page of the sweep: {failure}");
    }
}

fn states(ledger: &Ledger) -> Option<Vec<JobState>> {
    Some(ledger.jobs().ok()?.into_iter().map(|job| job.state).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::launch::{Ending, JobRecord, SweepRecord};

    fn ledger(dir: &Path) -> Ledger {
        let jobs: Vec<JobRecord> = (0..3)
            .map(|number| {
                let given = Some(vec![format!("distill={number}")]);
                JobRecord::queued(number, given, dir.join(number.to_string()))
            })
            .collect();
        Ledger::create(dir, SweepRecord::example("e", 3), &jobs).unwrap()
    }

    fn fail(ledger: &Ledger, number: usize) {
        ledger.take(number).unwrap();
        ledger.end(number, Ending::Failed { error: format!("error {number}") }).unwrap();
    }

    #[test]
    fn a_young_page_is_left_to_whoever_ends_later_and_the_last_one_writes_it() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = ledger(dir.path());
        let said =
            |part: &str| files::read_to_string(&dir.path().join(FILE)).unwrap().contains(part);
        fail(&ledger, 0);
        after_job(&ledger);
        assert!(said("error 0"));
        fail(&ledger, 1);
        after_job(&ledger);
        assert!(!said("error 1"), "the page was written a moment ago, and job 2 is to end");
        fail(&ledger, 2);
        after_job(&ledger);
        assert!(said("error 1") && said("error 2"));
    }

    #[test]
    fn a_page_that_cannot_be_written_stops_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = ledger(dir.path());
        files::create_dir_all(&dir.path().join(FILE)).unwrap();
        after_job(&ledger);
        at_end(&ledger);
    }
}
