//! Every job composed, resolved and checked before the first is started.

use std::path::PathBuf;

use rayon::iter::Either;
use rayon::prelude::*;

use crate::config::{OverrideArg, Resolved};
use crate::device::DeviceSpec;
use crate::experiment;

use super::super::compose;
use super::super::failure::Failure;
use super::super::pipeline;
use super::given::{Sweep, SweepJob};

/// What is kept of a job that is right: a sweep may have very many, and each is composed again,
/// from the same files, when it starts.
pub(super) struct Checked {
    pub(super) device: DeviceSpec,
    /// Whether what it needs is made first.
    pub(super) is_chain: bool,
    /// What it asks for that cannot be run: only a dry run goes on then.
    pub(super) unavailable: Vec<String>,
    /// Identifies its config.
    pub(super) hash: String,
    /// Whether what it leaves for others is there already, where it leaves something.
    pub(super) is_product_there: bool,
    /// Where runs of its experiment lie, where they are numbered.
    pub(super) experiment: Option<PathBuf>,
}

/// Composes, resolves and checks every job; what is wrong is told of all jobs at once.
pub(super) fn check_all(
    sweep: &Sweep,
    jobs: &[SweepJob],
    dry_run: bool,
) -> Result<Vec<Checked>, Failure> {
    let check = |(number, job): (usize, &SweepJob)| check(sweep, number, &job.0, dry_run);
    let (checked, failures): (Vec<_>, Vec<_>) =
        jobs.par_iter().enumerate().partition_map(|job| match check(job) {
            Ok(checked) => Either::Left(checked),
            Err(failure) => Either::Right((job.0, texts(&job.1.1), failure)),
        });
    Failure::of_jobs(failures, jobs.len()).map_or(Ok(checked), Err)
}

fn check(
    sweep: &Sweep,
    number: usize,
    overrides: &[OverrideArg],
    dry_run: bool,
) -> Result<Checked, Failure> {
    let (resolved, config) = compose::check_with(sweep.composer(), (number, overrides.to_vec()))?;
    let unavailable = match dry_run {
        true => compose::unavailable(&config, &resolved),
        false => {
            experiment::refuse_unavailable(&config, &resolved)?;
            Vec::new()
        }
    };
    Ok(Checked {
        device: config.run.device,
        is_chain: pipeline::is_asked(&config),
        unavailable,
        hash: experiment::config_hash(&resolved),
        is_product_there: experiment::is_product_there(&config, &resolved),
        experiment: experiment_directory(&resolved),
    })
}

/// Where runs of a config's experiment lie; `None` where its directory is given as it is.
pub(super) fn experiment_directory(resolved: &Resolved) -> Option<PathBuf> {
    let dir = PathBuf::from(resolved.str_at("hydra.run.dir")?);
    let (outputs, experiment) = experiment::numbered(&dir)?;
    Some(outputs.join(experiment))
}

pub(super) fn texts(job: &[OverrideArg]) -> Vec<String> {
    job.iter().map(|arg| arg.text.clone()).collect()
}
