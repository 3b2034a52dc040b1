//! Where a run works, and whether there is anything left to do.
//!
//! Decides which directory a config becomes a run in: one as given, the newest unfinished one of this
//! very config, or the next number. Asked by one process, where several run together. Invariant: what a
//! task makes for others is made by one run at a time.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::files;
use crate::runs::{Manifest, RunDir, RunLock, Status};

use super::SetupError;
use super::session::{Request, Take};
use super::tasks::Finished;
use super::turn::Turn;
use super::work::Work;

/// Stands in a directory's last component for the next free number.
const NEXT_NUMBER: &str = "NNNN";
/// Where the first rank finds itself.
pub(super) enum Place {
    /// Where nothing is left to be done.
    Over(PathBuf, Finished),
    /// In its directory, alone with what it makes for others.
    Open(RunDir, Box<Option<RunLock>>),
}

impl Place {
    /// The directory, and how the run ended where there is nothing to be done.
    pub(super) fn said(&self) -> (PathBuf, Option<Finished>) {
        match self {
            Self::Over(dir, finished) => (dir.clone(), Some(*finished)),
            Self::Open(run, _) => (run.path().to_owned(), None),
        }
    }

    fn complete(dir: PathBuf) -> Self {
        tracing::info!("{} is complete already", dir.display());
        Self::Over(dir, Finished::Completed)
    }
}

/// Takes the directory, unless it or another one holds this very run, complete.
///
/// # Errors
/// Another run in it, or somebody who works there; what the file system says.
pub(super) fn place(request: &Request<'_>, work: &Work, hash: &str) -> Result<Place, SetupError> {
    if let Some(dir) = complete_already(request, work, hash)? {
        return Ok(Place::complete(dir));
    }
    let making = match turn(request, work)? {
        ControlFlow::Continue(lock) => lock,
        ControlFlow::Break(over) => return Ok(over),
    };
    let run = claim(request, hash)?;
    (request.taken)(run.path());
    let is_done = is_complete(run.path(), hash)? && work.is_published()?;
    Ok(if is_done {
        Place::complete(run.path().to_owned())
    } else {
        Place::Open(run, Box::new(making))
    })
}

/// The newest complete run of this config on this data, where that is wanted and its product is there.
fn complete_already(
    request: &Request<'_>,
    work: &Work,
    hash: &str,
) -> Result<Option<PathBuf>, SetupError> {
    let Some((outputs, experiment)) = numbered(&request.dir).filter(|_| request.reuse) else {
        return Ok(None);
    };
    if !work.is_published()? {
        return Ok(None);
    }
    let data = &work.basis().fingerprint;
    Ok(RunDir::completed(&outputs, &experiment, hash, data)?)
}

/// Waits until no other process makes what the work leaves for others. Where one has made it, or a
/// stop was asked for meanwhile, there is nothing to run.
fn turn(
    request: &Request<'_>,
    work: &Work,
) -> Result<ControlFlow<Place, Option<RunLock>>, SetupError> {
    let Some(publisher) = work.publisher() else { return Ok(ControlFlow::Continue(None)) };
    let finished = match publisher.turn(request.config, request.stop)? {
        Turn::Ours(lock) => return Ok(ControlFlow::Continue(Some(lock))),
        Turn::After(lock) if !publisher.is_there()? => {
            return Ok(ControlFlow::Continue(Some(lock)));
        }
        Turn::After(_) => {
            tracing::info!("`{}` was made meanwhile", publisher.path().display());
            Finished::Completed
        }
        Turn::Stopped => Finished::Stopped { resumable: false },
    };
    Ok(ControlFlow::Break(Place::Over(publisher.path().to_owned(), finished)))
}

/// Goes on in the newest unfinished run of this very config, unless a new one is asked for, else takes
/// the next number; a directory without `NNNN` is used as given.
fn claim(request: &Request<'_>, config_hash: &str) -> Result<RunDir, SetupError> {
    Ok(match (numbered(&request.dir), request.take) {
        (Some((outputs, experiment)), Take::New) => RunDir::create(&outputs, &experiment)?,
        (Some((outputs, experiment)), Take::Unfinished | Take::Recorded) => {
            RunDir::open(&outputs, &experiment, config_hash)?
        }
        (None, _) => RunDir::at(&request.dir)?,
    })
}

/// The outputs directory and the experiment of a path that ends in `NNNN`; `None` for others.
pub fn numbered(dir: &Path) -> Option<(PathBuf, String)> {
    dir.file_name().filter(|name| *name == NEXT_NUMBER)?;
    let parent = dir.parent()?;
    let experiment = parent.file_name()?.to_string_lossy().into_owned();
    Some((parent.parent().unwrap_or(Path::new("")).to_owned(), experiment))
}

/// Whether a directory holds this very run, completed.
pub(super) fn is_complete(dir: &Path, config_hash: &str) -> Result<bool, SetupError> {
    if !files::is_file(&dir.join(Manifest::FILE)) {
        return Ok(false);
    }
    let manifest = Manifest::read(dir)?;
    Ok(manifest.status == Status::Completed && manifest.config_hash == config_hash)
}
