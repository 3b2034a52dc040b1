//! The directory of a sweep: one number, one directory a job.

use std::path::{Path, PathBuf};

use super::dir::claim;
use super::{ExperimentName, RunError};
use crate::files;

/// A directory that holds the jobs of one sweep.
///
/// It is not locked: its jobs are, each when it runs.
#[derive(Clone, Debug)]
pub struct SweepDir {
    path: PathBuf,
}

impl SweepDir {
    /// Claims the next number under `outputs/<experiment>/`, as [`super::RunDir::create`] does.
    pub fn create(outputs: &Path, experiment: &str) -> Result<Self, RunError> {
        Self::at(&claim(outputs, &ExperimentName::new(experiment)?)?)
    }

    /// Uses `path` as given (an explicit `hydra.sweep.dir`).
    pub fn at(path: &Path) -> Result<Self, RunError> {
        files::create_dir_all(path)?;
        Ok(Self { path: files::canonical(path)? })
    }

    /// The directory, absolute and without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where job `number` works; not created here.
    pub fn job(&self, number: usize) -> PathBuf {
        self.path.join(number.to_string())
    }

    /// Writes `multirun.yaml`, Hydra's record of the sweep's configuration.
    pub fn write_multirun(&self, yaml: &str) -> Result<(), RunError> {
        Ok(files::write_atomic(&self.path.join("multirun.yaml"), yaml.as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::RunDir;
    use super::*;

    #[test]
    fn jobs_lie_below_the_number() {
        let outputs = tempfile::tempdir().unwrap();
        RunDir::create(outputs.path(), "a").unwrap();
        let sweep = SweepDir::create(outputs.path(), "a").unwrap();
        sweep.write_multirun("x: 1\n").unwrap();
        let job = RunDir::at(&sweep.job(3)).unwrap();
        assert_eq!((job.experiment(), job.version()), ("a", "0002/3"));
    }
}
