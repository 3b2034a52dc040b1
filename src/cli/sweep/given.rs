//! A sweep as it was asked for: what composes it, and the list of its jobs.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::config::{Composed, Composer, OverrideArg, Part, RunMode};
use crate::launch::Ledger;
use crate::sweep;

use super::super::args::{Args, expand_short_flags};
use super::super::compose::{self, Prepared};
use super::super::failure::Failure;
use super::draw;

/// All overrides of a job, and those of its task alone.
pub(super) type SweepJob = (Vec<OverrideArg>, Vec<OverrideArg>);

/// What composes a sweep and its jobs.
pub(in super::super) struct Sweep {
    composer: Composer,
    /// The sweep as a whole.
    pub(super) whole: Composed,
    /// The arguments that say the same, for somebody who composes it later.
    pub(super) arguments: Vec<String>,
    pub(super) cwd: PathBuf,
    /// Whether results that are there do not count, nor a sweep that is.
    pub(super) force: bool,
}

impl Sweep {
    /// Composes the sweep as a whole.
    pub(in super::super) fn new(args: &Args) -> Result<Self, Failure> {
        let overrides = compose::overrides(&args.compose)?;
        let request = compose::request(&args.compose, overrides, Some(RunMode::Multirun))?;
        let cwd = request.runtime.cwd.clone();
        let composer = Composer::new(request);
        let whole = compose::composed_by(&composer)?;
        Ok(Self { composer, whole, arguments: arguments(args)?, cwd, force: args.force })
    }

    /// A job with this task.
    pub(super) fn job(&self, task: Vec<OverrideArg>) -> SweepJob {
        (self.whole.hydra_overrides().into_iter().chain(task.iter().cloned()).collect(), task)
    }

    /// A job at all of its stages.
    pub(super) fn prepare(&self, number: usize, all: &[OverrideArg]) -> Result<Prepared, Failure> {
        compose::prepare_with(&self.composer, Some((number, all.to_vec())))
    }

    /// The overrides of a job from those of its task as they are remembered.
    pub(super) fn remembered(&self, task: &[String]) -> Vec<OverrideArg> {
        let task = task.iter().enumerate();
        self.job(task.map(|(index, text)| OverrideArg::argument(index + 1, text)).collect()).0
    }

    /// What the points of a sweeper that draws depend on.
    pub(super) fn study(&self) -> Result<Vec<String>, Failure> {
        let sweeper = self.whole.to_yaml(Part::Hydra, false, Some("hydra.sweeper"))?;
        let arguments = sweep::arguments(&self.whole)?;
        Ok(arguments.into_iter().map(|arg| arg.text).chain([sweeper]).collect())
    }

    pub(super) fn composer(&self) -> &Composer {
        &self.composer
    }

    /// The metric that the sweeper searches by, which records keep.
    pub(super) fn metric(&self) -> String {
        draw::metric(&self.whole)
    }

    /// The option that the sweep chose of a group of `hydra`.
    pub(super) fn choice(&self, group: &str) -> String {
        self.whole.choices().get(group).cloned().flatten().unwrap_or_default()
    }
}

/// The arguments that compose the same in the same directory; `--force` is kept for points that are yet
/// to be drawn.
fn arguments(Args { compose: args, force, .. }: &Args) -> Result<Vec<String>, Failure> {
    let defaults = parsed(&[])?.compose;
    let mut all: Vec<String> = force.then(|| "--force".to_owned()).into_iter().collect();
    let mut flag = |name: &str, value: &str| all.extend([name.to_owned(), value.to_owned()]);
    // A config directory besides might take the place of `conf`, were that not named.
    if args.config_path != defaults.config_path || args.config_dir.is_some() {
        flag("--config-path", text(&args.config_path)?);
    }
    if let Some(dir) = &args.config_dir {
        flag("--config-dir", text(dir)?);
    }
    if args.config_name != defaults.config_name {
        flag("--config-name", &args.config_name);
    }
    if args.version_base != defaults.version_base {
        flag("--version-base", &args.version_base);
    }
    all.extend(args.overrides.iter().cloned());
    Ok(all)
}

/// Reads arguments that compose something, and nothing else.
pub(in super::super) fn parsed(arguments: &[String]) -> Result<Args, Failure> {
    let given = arguments.iter().map(OsString::from);
    let argv = expand_short_flags(std::iter::once("runner".into()).chain(given));
    let args = Args::parse_from_process(&argv)
        .map_err(|error| Failure::wrong_input(error.render().to_string().trim_end()))?;
    let does_more = args.command.is_some()
        || args.inspects()
        || args.dry_run
        || args.help
        || args.hydra_help
        || args.shell_completion
        || args.diff.is_some()
        || args.experimental_rerun.is_some();
    match does_more {
        false => Ok(args),
        true => Err(Failure::wrong_input(format_args!(
            "failed to read `{}`: expected overrides and --config-path, --config-dir, --config-name, \
             --version-base, --force",
            arguments.join(" ")
        ))),
    }
}

/// Whether a ledger is, by the letter, that of the sweep that arguments compose here.
pub(in super::super) fn is_of(ledger: &Ledger, given: &[String]) -> Result<bool, Failure> {
    let here = env::current_dir().is_ok_and(|here| here == ledger.head().cwd);
    Ok(here && arguments(&parsed(given)?)? == ledger.head().arguments)
}

fn text(path: &Path) -> Result<&str, Failure> {
    path.to_str().ok_or_else(|| {
        let path = path.display();
        Failure::wrong_input(format_args!("failed to keep the path `{path}`: it is not UTF-8"))
    })
}

/// Goes to the directory where a sweep was started: relative paths in its config begin there.
pub(in super::super) fn go_to(cwd: &Path) -> Result<(), Failure> {
    env::set_current_dir(cwd).map_err(|error| {
        Failure::wrong_input(format_args!(
            "failed to go to `{}`, where the sweep was started: {error}",
            cwd.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_composes_the_same() {
        for given in [
            &["+experiment=a", "distill=0,1"][..],
            &["--config-path", "a", "--config-name", "b", "--config-dir", "c", "x=1"],
            &["--config-dir", "c", "@file", "x='a b'", "y=\"$(z)\n\"", "~k"],
            &["--version-base", "1.1"],
            &["--force", "a=1,2"],
        ] {
            let given: Vec<String> = given.iter().map(|&text| text.to_owned()).collect();
            let kept = arguments(&parsed(&given).unwrap()).unwrap();
            assert_eq!(arguments(&parsed(&kept).unwrap()).unwrap(), kept, "{given:?}");
            assert!(given.iter().all(|text| kept.contains(text)), "{kept:?}");
        }
    }

    #[test]
    fn what_composes_nothing_is_refused() {
        for given in ["--cfg=job", "runs", "--dry-run", "--nothing", "--help"] {
            assert!(parsed(&[given.to_owned()]).is_err(), "{given}");
        }
    }
}
