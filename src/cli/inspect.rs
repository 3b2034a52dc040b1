//! `--cfg`, `--info`, `--explain`: looking at a config without running it.

use std::process::ExitCode;

use crate::config::{Composed, Part, plugins_list};
use crate::launch::LauncherKind;
use crate::sweep::sweepers;

use super::args::{Args, CfgPart, InfoPart};
use super::failure::Failure;
use super::out;
use super::{complete, compose};

impl Args {
    /// Whether the command line only asks about the config.
    pub fn inspects(&self) -> bool {
        self.cfg.is_some() || self.info.is_some() || self.explain.is_some()
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let overrides = compose::overrides(&args.compose)?;
    let request = compose::request(&args.compose, overrides, None)?;
    let composed = compose::composed(&request)?;
    if let Some(part) = args.cfg {
        out::write(cfg(&composed, part, args)?)?;
    }
    if let Some(part) = args.info {
        out::write(info(&composed, part)?)?;
    }
    if let Some(key) = &args.explain {
        out::write(composed.explain(key)?)?;
    }
    compose::warn_late(&composed);
    Ok(ExitCode::SUCCESS)
}

fn cfg(composed: &Composed, part: CfgPart, args: &Args) -> Result<String, Failure> {
    let part = match part {
        CfgPart::Job => Part::Job,
        CfgPart::Hydra => Part::Hydra,
        CfgPart::All => Part::All,
    };
    Ok(composed.to_yaml(part, args.resolve, args.package.as_deref())?)
}

fn info(composed: &Composed, part: InfoPart) -> Result<String, Failure> {
    Ok(match part {
        InfoPart::All => composed.info_all(&plugins())?,
        InfoPart::Config => composed.info_config()?,
        InfoPart::Defaults => composed.defaults_table(),
        InfoPart::DefaultsTree => composed.defaults_tree(),
        InfoPart::Searchpath => composed.search_path_table(),
        InfoPart::Plugins => plugins_list(&plugins()),
    })
}

/// What Hydra loads as plugins and this program has in it.
fn plugins() -> [(&'static str, Vec<&'static str>); 4] {
    [
        ("ConfigSource", vec!["file", "pkg", "structured"]),
        ("CompletionPlugin", complete::SHELLS.to_vec()),
        ("Launcher", LauncherKind::names()),
        ("Sweeper", sweepers()),
    ]
}
