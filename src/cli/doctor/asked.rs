//! What is asked for: the config, and what a run of it needs.

use std::path::{Path, PathBuf};

use crate::device::DeviceSpec;
use crate::experiment;
use crate::files;
use crate::launch::LauncherKind;

use super::super::args::ComposeArgs;
use super::super::compose::{self, Prepared};
use super::super::failure::Failure;
use super::super::pipeline;
use super::line::{Level, Line, Report};

const TOPIC: &str = "config";

/// What the command line asks about.
pub(super) struct Asked {
    /// The config, where it composes.
    pub prepared: Option<Prepared>,
    /// Whether a run is asked about, so that what it needs must be there.
    pub is_run: bool,
}

impl Asked {
    /// Composes, and says how that went.
    ///
    /// # Errors
    /// Overrides that do not compose: they are wrong, and nothing more can be said.
    pub(super) fn of(args: &ComposeArgs, report: &mut Report) -> Result<Self, Failure> {
        // Those of `paths` alone only say where everything is.
        let of_paths = |one: &String| one.trim_start_matches('+').starts_with("paths.");
        let is_run = !args.overrides.iter().all(of_paths);
        let mut args = args.clone();
        if args.config_path == Path::new("conf") {
            args.find_primary();
        }
        let place = args.config_path.display().to_string();
        if !is_run && !files::is_dir(&args.config_path) {
            let fix = "run in a clone of the repository, where `conf/` is, or say where it is with \
                       `--config-path DIR`";
            report.push(Line::not(Level::Broken, TOPIC, place, "not here", fix));
            return Ok(Self { prepared: None, is_run });
        }
        match prepare(&args) {
            Ok(prepared) => {
                report.push(Line::ok(TOPIC, place, said(&prepared, is_run)));
                if is_run {
                    unavailable(&prepared, report);
                }
                Ok(Self { prepared: Some(prepared), is_run })
            }
            Err(failure) if !args.overrides.is_empty() => Err(failure),
            Err(failure) => {
                let text = failure.to_string();
                let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
                let fix = "`runner --cfg job` says where";
                report.push(Line::not(Level::Broken, TOPIC, place, first, fix));
                Ok(Self { prepared: None, is_run })
            }
        }
    }

    /// The device, where a run is asked for or the config names one.
    pub(super) fn device(&self) -> DeviceSpec {
        self.prepared.as_ref().map_or(DeviceSpec::Auto, |prepared| prepared.config.run.device)
    }

    /// Whether jobs go to Slurm.
    pub(super) fn wants_slurm(&self) -> bool {
        let chosen = self.prepared.as_ref().and_then(|prepared| {
            prepared.composed.choices().get("hydra/launcher").cloned().flatten()
        });
        let kind = chosen.and_then(|name| LauncherKind::of(&name).ok());
        self.is_run && kind == Some(LauncherKind::Slurm)
    }

    /// Whether the run decodes videos.
    pub(super) fn wants_videos(&self) -> bool {
        let decodes = |prepared: &Prepared| experiment::reads_videos(&prepared.config);
        self.is_run && self.prepared.as_ref().is_some_and(decodes)
    }

    /// The directory of the run, or of all runs.
    pub(super) fn outputs(&self) -> PathBuf {
        let dir = self.prepared.as_ref().and_then(|prepared| {
            let at = if self.is_run { "hydra.run.dir" } else { "paths.outputs" };
            prepared.composed.text_at(at).ok()
        });
        dir.map_or_else(|| "outputs".into(), PathBuf::from)
    }
}

fn prepare(args: &ComposeArgs) -> Result<Prepared, Failure> {
    let request = compose::request(args, compose::overrides(args)?, None)?;
    compose::prepare(compose::composed(&request)?)
}

fn said(prepared: &Prepared, is_run: bool) -> String {
    if !is_run {
        let count = prepared.composed.group_options("experiment").len();
        return format!("composes, {count} experiments");
    }
    let name = prepared.composed.text_at("expt_name").unwrap_or_default();
    let stages = match pipeline::is_asked(&prepared.config) {
        true => ", with the stages before it",
        false => "",
    };
    format!("{name} composes{stages}")
}

/// What this version cannot run.
fn unavailable(prepared: &Prepared, report: &mut Report) {
    for text in compose::unavailable(&prepared.config, &prepared.resolved) {
        let said = text.trim_start_matches("warning: ").to_owned();
        report.push(Line::not(Level::Broken, TOPIC, "version", said, "leave that key as it is"));
    }
}
