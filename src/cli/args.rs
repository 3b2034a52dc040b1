//! The command line, in two stages.
//!
//! Hydra's two-letter short flags (`-cp`, `-cn`, `-cd`, `-sc`) are rewritten to their long forms
//! first, since clap knows only one-letter ones; clap then parses the rest. Experiment settings
//! are config keys, not flags: the flags below are Hydra's and the few that inspect a config.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgAction, ArgGroup, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::files;

use super::delegate::VERSION;
use super::{analyze, data, doctor, jobs, new, runs, schema, watch};

const EXAMPLES: &str = "\
Examples:
  runner +experiment=ek55_ensemble distill=0.5 +debug=synthetic   one run, in seconds, without data
  runner -m +experiment=ek55_ensemble distill=1,20,150            a sweep over loss weights
  runner +experiment=ek55_ensemble --explain opt.lr_wd            where a value comes from";

/// Train video action-anticipation students distilled from language models
///
/// A run is composed from the YAML files of the config directory as Hydra does: groups are
/// chosen with `group=option`, added with `+group=option`, values set with `key=value`.
#[derive(Debug, Parser)]
#[command(
    name = "runner",
    version = VERSION,
    before_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    disable_help_flag = true,
    group = ArgGroup::new("doing").multiple(false),
    max_term_width = 100
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,

    #[command(flatten)]
    pub compose: ComposeArgs,

    /// Run every combination of the sweep
    #[arg(short, long, group = "doing")]
    pub multirun: bool,

    /// Print the composed config and exit
    #[arg(short, long, value_name = "PART", value_enum, group = "doing")]
    pub cfg: Option<CfgPart>,

    /// Resolve interpolations when printing, with --cfg, --help or --diff
    #[arg(long)]
    pub resolve: bool,

    /// Print only this node of the config
    #[arg(short, long, value_name = "NODE", requires = "cfg")]
    pub package: Option<String>,

    /// Print what was composed and from where
    #[arg(
        short, long, value_name = "WHAT", value_enum, group = "doing",
        num_args = 0..=1, default_missing_value = "all"
    )]
    pub info: Option<InfoPart>,

    /// Compose, resolve and check everything without running
    ///
    /// With -m prints the overrides of every job as a JSON array, one job a line.
    #[arg(long)]
    pub dry_run: bool,

    /// Run every job of a sweep, in a new directory
    ///
    /// Without it a sweep that was started before goes on in its directory, and jobs whose config has a
    /// completed run are not run again.
    #[arg(long)]
    pub force: bool,

    /// Print this help, the config groups and the config
    #[arg(short, long)]
    pub help: bool,

    /// Print the groups that configure launching, logging and help
    #[arg(long)]
    pub hydra_help: bool,

    /// Print a shell's script for completion, or answer its question
    ///
    /// With install=SHELL, uninstall=SHELL or query=SHELL; a shell is bash, zsh or fish.
    #[arg(long, group = "doing")]
    pub shell_completion: bool,

    /// Run again what a run directory records
    ///
    /// PATH is a run directory or its .hydra/config.yaml. The config is taken as it was composed
    /// then; overrides are not applied.
    #[arg(long, value_name = "PATH", group = "doing")]
    pub experimental_rerun: Option<PathBuf>,

    /// Print where the value of KEY comes from
    ///
    /// Its value, the file and line or argument that set it, every value it replaced, and the
    /// interpolations it passed through.
    #[arg(long, value_name = "KEY")]
    pub explain: Option<String>,

    /// Print what differs between two configs, with the place that set each value
    ///
    /// A and B are run directories, names of experiments, overrides in quotes or @FILE; further
    /// overrides go for both. Ends with 0 whether or not there is a difference.
    #[arg(long, num_args = 2, value_names = ["A", "B"], allow_hyphen_values = true)]
    pub diff: Option<Vec<String>>,

    /// Print JSON instead of a table
    #[arg(long, requires = "diff")]
    pub json: bool,
}

/// What is composed, shared by every command that needs a config.
#[derive(Clone, Debug, clap::Args)]
pub struct ComposeArgs {
    /// Overrides: key=value, +key=value, ++key=value, ~key, group=option, or @FILE with one a line
    #[arg(value_name = "OVERRIDE")]
    pub overrides: Vec<String>,

    /// Directory of the config tree
    #[arg(long, value_name = "DIR", default_value = "conf")]
    pub config_path: PathBuf,

    /// Name of the primary config
    #[arg(long, value_name = "NAME", default_value = "config")]
    pub config_name: String,

    /// One more directory to search for configs
    ///
    /// Without --config-path, one that holds a primary config of its own takes the place of conf.
    #[arg(long, value_name = "DIR")]
    pub config_dir: Option<PathBuf>,

    /// Hydra's compatibility level
    #[arg(long, value_name = "VERSION", env = "HYDRA_VERSION_BASE", default_value = "1.3")]
    pub version_base: String,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look after the jobs of sweeps
    Jobs(jobs::JobsArgs),
    /// Look at past runs
    Runs(runs::RunsArgs),
    /// Ask stored predictions: metrics, fusion, errors, classes
    Analyze(analyze::AnalyzeArgs),
    /// Watch runs and sweeps as they run
    Watch(watch::WatchArgs),
    /// Check that everything is there that runs need
    Doctor(doctor::DoctorArgs),
    /// Make and inspect data
    Data(data::DataArgs),
    /// Print the JSON Schema of the config files, for editors
    Schema(schema::SchemaArgs),
    /// Write a file of the config directory
    New(new::NewArgs),
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// Which part of the composed config.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CfgPart {
    Job,
    Hydra,
    All,
}

/// Which information about the composition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InfoPart {
    All,
    Config,
    Defaults,
    DefaultsTree,
    Searchpath,
    Plugins,
}

impl Args {
    /// Reads the arguments of the process, short flags expanded.
    pub fn parse_from_process(argv: &[OsString]) -> Result<Self, clap::Error> {
        let matches = command().try_get_matches_from(argv)?;
        let mut args = Self::from_arg_matches(&matches)?;
        if matches.value_source("config_path") == Some(ValueSource::DefaultValue) {
            args.compose.find_primary();
        }
        if args.resolve && args.cfg.is_none() && !args.help && args.diff.is_none() {
            let message =
                "the --resolve flag can only be used in conjunction with --cfg, --help or --diff";
            let kind = clap::error::ErrorKind::MissingRequiredArgument;
            return Err(Self::command().error(kind, message));
        }
        Ok(args)
    }
}

/// The whole command line.
///
/// `--help` of the program is Hydra's; every command has clap's.
pub fn command() -> clap::Command {
    Args::command().mut_subcommands(with_help)
}

fn with_help(command: clap::Command) -> clap::Command {
    let help = clap::Arg::new("help").short('h').long("help").action(ArgAction::Help);
    command.arg(help.help("Print help")).mut_subcommands(with_help)
}

impl ComposeArgs {
    /// What composes some overrides, everything else as usual.
    pub fn of(overrides: Vec<String>) -> Self {
        Self {
            overrides,
            config_path: "conf".into(),
            config_name: "config".into(),
            config_dir: None,
            version_base: "1.3".into(),
        }
    }

    /// Makes `--config-dir` the config directory when it is one by itself and no other was named:
    /// `--config-dir AVT/conf` composes AVT's tree wherever the command is given.
    pub fn find_primary(&mut self) {
        let name = format!("{}.yaml", self.config_name.trim_end_matches(".yaml"));
        if self.config_dir.as_ref().is_some_and(|dir| files::is_file(&dir.join(name))) {
            self.config_path = self.config_dir.take().unwrap_or_default();
        }
    }
}

/// Hydra's two-letter short flags.
const TWO_LETTERS: [(&str, &str); 4] = [
    ("-cp", "--config-path"),
    ("-cn", "--config-name"),
    ("-cd", "--config-dir"),
    ("-sc", "--shell-completion"),
];

/// What `--hydra-help` says of the flags: a line each, as Hydra writes them.
pub fn flags_help() -> String {
    let command = Args::command();
    let line = |arg: &clap::Arg| {
        let long = format!("--{}", arg.get_long()?);
        let two = TWO_LETTERS.iter().find(|(_, known)| *known == long);
        let two = two.map(|(short, _)| (*short).to_owned());
        let short = two.or_else(|| arg.get_short().map(|short| format!("-{short}")));
        let names = short.map_or(long.clone(), |short| format!("{long},{short}"));
        Some(format!("{names} : {}\n", arg.get_help()?))
    };
    let lines: String = command.get_arguments().filter_map(line).collect();
    let overrides = command.get_arguments().find(|arg| arg.get_id() == "overrides");
    let overrides = overrides.and_then(clap::Arg::get_help).map(ToString::to_string);
    format!("{lines}Overrides : {}", overrides.unwrap_or_default())
}

/// Rewrites Hydra's two-letter short flags.
pub fn expand_short_flags(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    args.map(|arg| {
        let Some(text) = arg.to_str() else { return arg };
        let (flag, value) = text.split_once('=').map_or((text, None), |(f, v)| (f, Some(v)));
        match (TWO_LETTERS.iter().find(|(short, _)| *short == flag), value) {
            (None, _) => arg,
            (Some((_, long)), None) => (*long).into(),
            (Some((_, long)), Some(value)) => format!("{long}={value}").into(),
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Args, clap::Error> {
        let args = std::iter::once("runner").chain(args.iter().copied()).map(OsString::from);
        Args::try_parse_from(expand_short_flags(args))
    }

    #[test]
    fn the_definition_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_command_has_help() {
        fn check(command: &clap::Command) {
            assert!(command.get_arguments().any(|a| a.get_long() == Some("help")), "{command}");
            command.get_subcommands().for_each(check);
        }
        check(&command());
    }

    #[test]
    fn two_letter_flags_and_overrides() {
        let args = parse(&["-cp", "a", "-cn=b", "-cd", "c", "+experiment=x", "~k", "@f.txt", "-m"]);
        let args = args.unwrap();
        assert_eq!(args.compose.config_path, PathBuf::from("a"));
        assert_eq!(args.compose.config_name, "b");
        assert_eq!(args.compose.config_dir, Some(PathBuf::from("c")));
        assert_eq!(args.compose.overrides, ["+experiment=x", "~k", "@f.txt"]);
        assert!(args.multirun);
    }

    #[test]
    fn info_without_a_value_means_all() {
        assert_eq!(parse(&["--info"]).unwrap().info, Some(InfoPart::All));
        assert_eq!(parse(&["-i", "defaults-tree"]).unwrap().info, Some(InfoPart::DefaultsTree));
    }

    #[test]
    fn flags_are_frozen() {
        let mut flags: Vec<String> = Args::command()
            .get_arguments()
            .filter_map(|a| a.get_long().map(str::to_owned))
            .collect();
        flags.sort();
        let expected = [
            "cfg",
            "config-dir",
            "config-name",
            "config-path",
            "diff",
            "dry-run",
            "experimental-rerun",
            "explain",
            "force",
            "help",
            "hydra-help",
            "info",
            "json",
            "multirun",
            "package",
            "resolve",
            "shell-completion",
            "version-base",
        ];
        assert_eq!(flags, expected);
    }
}
