//! `runner data check`: whether a data root is whole.
//!
//! | overrides | what is checked |
//! |---|---|
//! | none, or of `paths` alone | everything that belongs to a root, set by set |
//! | any other | what a run of them reads; with `pipeline=full`, what its stages read and do not make |

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::config::{Composer, OverrideArg};
use crate::data::check::{self, Finding, Item, Kind, Report, Roots, Set, Sums};
use crate::experiment;
use crate::files;

use super::args::ComposeArgs;
use super::compose;
use super::failure::{Failure, exit};
use super::out;
use super::pipeline;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    compose: ComposeArgs,
    /// Check these parts of the root only
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(Set::ALL.map(Set::name)))]
    set: Vec<String>,
    /// Check these kinds of files only
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::name)))]
    kind: Vec<String>,
    /// Ask every video file what it holds
    ///
    /// Without it, a video counts as there when its file is.
    #[arg(long)]
    videos: bool,
    /// Compare the SHA-256 of published annotation files
    #[arg(long)]
    checksums: bool,
    /// Compare SHA-256 with a list that --write or sha256sum wrote
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Write the SHA-256 of all files found, as sha256sum does; must not exist yet
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let here = env::current_dir()
        .map_err(|e| Failure::wrong_input(format!("failed to find the working directory: {e}")))?;
    if let Some(path) = args.write.as_deref().filter(|path| files::kind(path).is_some()) {
        let text = format!("`{}` exists already, nothing is overwritten", path.display());
        return Err(Failure::wrong_input(text));
    }
    let own = args.against.as_deref().map(|list| Sums::read(list, &here)).transpose()?;
    let (items, roots) = items(args, &here)?;
    let mut report = Report::default();
    report.findings.extend(items.into_iter().map(|item| check::look(item, args.videos)));
    if args.checksums || args.write.is_some() || own.is_some() {
        hash(&mut report.findings)?;
        let published = args.checksums.then(|| Sums::published(&roots.external));
        compare(&mut report, published, own);
    }
    if let Some(path) = &args.write {
        let hashed: Vec<_> = report.findings.iter().flat_map(|f| f.hashed.clone()).collect();
        files::create_new(path, Sums::list(&hashed, &here).as_bytes())?;
    }
    tell(args, &report, &here)
}

/// What is asked for.
fn items(args: &CheckArgs, here: &Path) -> Result<(Vec<Item>, Roots), Failure> {
    let overrides = compose::overrides(&args.compose)?;
    let of_paths = |one: &OverrideArg| one.text.trim_start_matches('+').starts_with("paths");
    let whole = overrides.iter().all(of_paths);
    if !whole && !args.set.is_empty() {
        let text = "--set names parts of a whole data root, and these overrides say what is \
                    checked; leave out one or the other";
        return Err(Failure::wrong_input(text));
    }
    let mut compose_args = args.compose.clone();
    if compose_args.config_path == Path::new("conf") {
        compose_args.find_primary();
    }
    let request = compose::request(&compose_args, overrides, None)?;
    let prepared = compose::prepare_with(&Composer::new(request), None)?;
    compose::warn(&prepared.composed);
    let roots = experiment::roots(&prepared.config);
    let roots = Roots { external: here.join(roots.external), data: here.join(roots.data) };
    let mut items = match whole {
        true => check::layout(&roots),
        false if pipeline::is_asked(&prepared.config) => {
            pipeline::plan(&Rc::new(prepared), &compose_args)?.needs()?
        }
        false => experiment::needs(&prepared.config)?,
    };
    let asked = |names: &[String], name: &str| names.is_empty() || names.iter().any(|n| n == name);
    items.retain(|item| {
        item.set.is_none_or(|set| asked(&args.set, set.name()))
            && asked(&args.kind, item.kind.name())
    });
    items.iter_mut().for_each(|item| item.path = here.join(&item.path));
    Ok((items, roots))
}

/// Hashes every file once, and says how far it is when that takes long.
fn hash(findings: &mut [Finding]) -> Result<(), Failure> {
    const EVERY: Duration = Duration::from_secs(5);
    const GIB: f64 = (1 << 30) as f64;
    let all: u64 = findings.iter().map(|finding| finding.size).sum();
    let (mut done, mut told) = (0, Instant::now());
    for finding in findings {
        finding.hashed = check::hash(&finding.files, &mut |path, bytes| {
            done += bytes;
            if told.elapsed() >= EVERY {
                told = Instant::now();
                let (done, all) = (done as f64 / GIB, all as f64 / GIB);
                say!("hashing {}: {done:.1} of {all:.1} GiB in all", path.display());
            }
        })?;
    }
    Ok(())
}

fn compare(report: &mut Report, published: Option<Sums>, own: Option<Sums>) {
    for sums in published.iter().chain(&own) {
        report.findings.iter_mut().for_each(|finding| sums.compare(finding));
    }
    if let Some(unmet) = own.map(|own| own.unmet(&report.findings)).filter(|n| *n > 0) {
        say!("{unmet} files of the list were not met");
    }
}

fn tell(args: &CheckArgs, report: &Report, here: &Path) -> Result<ExitCode, Failure> {
    match args.json {
        true => out::line(format_args!("{:#}", report.json()))?,
        false => out::write(report.text(here))?,
    }
    match report.findings.is_empty() {
        true => say!("nothing of that is read from files"),
        false => say!("{}", report.summary()),
    }
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::from(exit::WRONG_INPUT) })
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command};

    use super::CheckArgs;

    #[test]
    fn flags_are_frozen() {
        let command = CheckArgs::augment_args(Command::new("check"));
        let mut flags: Vec<&str> = command.get_arguments().filter_map(|a| a.get_long()).collect();
        flags.sort_unstable();
        let of_check = ["against", "checksums", "json", "kind", "set", "videos", "write"];
        let of_configs = ["config-dir", "config-name", "config-path", "version-base"];
        let mut expected = [&of_check[..], &of_configs].concat();
        expected.sort_unstable();
        assert_eq!(flags, expected);
    }
}
