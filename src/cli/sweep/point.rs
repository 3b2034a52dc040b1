//! The config of a job when it starts.
//!
//! | the ledger has | composed now | the config is |
//! |---|---|---|
//! | no overrides | | drawn, one worker at a time, then composed and kept |
//! | overrides | as when the sweep was started | that |
//! | overrides | otherwise, or not at all | as it was kept when the sweep was started |

use crate::config::{self, Composed, OverrideArg, Part, Runtime};
use crate::experiment;
use crate::files;
use crate::launch::{JobRecord, JobState, Ledger, Results, value};

use super::super::compose::{self, Prepared};
use super::super::failure::Failure;
use super::super::run;
use super::checked::{experiment_directory, texts};
use super::draw;
use super::given::Sweep;

/// The config of a job, from a sweep that composes or from what was kept.
///
/// # Errors
/// What is wrong with it, or with the ledger; that there is neither.
pub(in super::super) fn prepared(
    ledger: &Ledger,
    number: usize,
    sweep: Option<&Sweep>,
) -> Result<Prepared, Failure> {
    match sweep {
        Some(sweep) => composed(ledger, number, sweep, None),
        None => kept(ledger, &ledger.job(number)?, "the sweep cannot be composed"),
    }
}

/// The same, `given` the overrides as the command spelt them, which say where they stand.
pub(super) fn composed(
    ledger: &Ledger,
    number: usize,
    sweep: &Sweep,
    given: Option<&[OverrideArg]>,
) -> Result<Prepared, Failure> {
    let task = task(sweep, ledger, number)?;
    let all = given.map_or_else(|| sweep.remembered(&task), <[OverrideArg]>::to_vec);
    let now = sweep.prepare(number, &all);
    let record = ledger.job(number)?;
    let Some(hash) = &record.config_hash else {
        let prepared = now?;
        drawn(ledger, &record, &prepared, sweep.force)?;
        return Ok(prepared);
    };
    let why = match &now {
        Ok(prepared) if experiment::config_hash(&prepared.resolved) == *hash => return now,
        _ if !files::is_file(&ledger.config(number)) => return now,
        Ok(_) => "its config has changed",
        Err(_) => "its config cannot be composed",
    };
    kept(ledger, &record, why)
}

/// The overrides of a job's task; a sweeper that draws is asked for them, one worker at a time.
fn task(sweep: &Sweep, ledger: &Ledger, number: usize) -> Result<Vec<String>, Failure> {
    if let Some(task) = ledger.job(number)?.overrides {
        return Ok(task);
    }
    let _drawing = ledger.alone("draw", Ledger::PATIENCE)?;
    let records = ledger.jobs()?;
    if let Some(task) = records[number].overrides.clone() {
        return Ok(task);
    }
    let task = texts(&draw::draw(sweep, number, &records)?);
    ledger.update(number, |job| job.overrides = Some(task.clone()))?;
    Ok(task)
}

/// Remembers the config of a job that was just drawn, and its result if a completed run has it.
fn drawn(
    ledger: &Ledger,
    record: &JobRecord,
    prepared: &Prepared,
    force: bool,
) -> Result<(), Failure> {
    let hash = experiment::config_hash(&prepared.resolved);
    keep(ledger, record.number, &prepared.composed)?;
    ledger.update(record.number, |job| job.config_hash = Some(hash.clone()))?;
    if force || !experiment::is_product_there(&prepared.config, &prepared.resolved) {
        return Ok(());
    }
    let results = Results::below(&experiment_directory(&prepared.resolved))?;
    if let Some(found) = results.of(&hash) {
        let metric = draw::metric(&prepared.composed);
        ledger.update(record.number, |job| {
            (job.state, job.reused) = (JobState::Completed, true);
            job.directory.clone_from(&found.directory);
            job.value = value(&found.metrics, &metric);
        })?;
    }
    Ok(())
}

/// The config as it was when the sweep was started.
fn kept(ledger: &Ledger, record: &JobRecord, why: &str) -> Result<Prepared, Failure> {
    let file = ledger.config(record.number);
    if !files::is_file(&file) {
        return Err(Failure::wrong_input(format_args!(
            "failed to compose job {}: {why}, and `{}` is not there",
            record.number,
            run::shown(&file)
        )));
    }
    say!(
        "warning: job {}: {why} since the sweep was started; it runs as it was then: `{}`",
        record.number,
        run::shown(&file)
    );
    let runtime = Runtime::new(ledger.head().cwd.clone());
    compose::prepare(config::stored_whole(&file, &runtime)?)
}

/// Keeps the config of a job as it is now.
pub(super) fn keep(ledger: &Ledger, number: usize, composed: &Composed) -> Result<(), Failure> {
    Ok(ledger.keep_config(number, &composed.to_yaml(Part::All, false, None)?)?)
}
