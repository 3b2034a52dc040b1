//! `runner schema`: what the files of the config directory may hold, for editors.
//!
//! | command | prints |
//! |---|---|
//! | `runner schema` | the JSON schema of the primary config |
//! | `runner schema GROUP` | that of the files of one group |
//! | `runner schema --write DIR` | nothing of these: writes one for every group to DIR and prints which files each is for, as the setting `yaml.schemas` of editors |

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Map, Value as Json};

use crate::config::{Composer, OverrideArg, file_schema};
use crate::experiment::config::ExperimentConfig;
use crate::files::{self, Kind};

use super::args::ComposeArgs;
use super::compose::request;
use super::failure::Failure;
use super::out;

#[derive(Debug, clap::Args)]
pub struct SchemaArgs {
    /// Group whose files are described, such as opt/optimizer; without one the primary config
    group: Option<String>,
    /// Write the schemas of all groups to DIR and print which files each is for
    #[arg(long, value_name = "DIR", conflicts_with = "group")]
    write: Option<PathBuf>,
    /// Directory of the config tree
    #[arg(long, value_name = "DIR", default_value = "conf")]
    config_path: PathBuf,
    /// Name of the primary config
    #[arg(long, value_name = "NAME", default_value = "config")]
    config_name: String,
}

/// Packages at which the configs of each group are merged; the primary config's group is "".
type Packages = BTreeMap<String, BTreeSet<String>>;

pub(super) fn run(args: &SchemaArgs) -> Result<ExitCode, Failure> {
    let whole = ExperimentConfig::json_schema();
    let packages = packages(args)?;
    let of = |group: &str| {
        let packages: Vec<String> = packages.get(group).into_iter().flatten().cloned().collect();
        file_schema(&whole, &packages)
    };
    match (&args.write, &args.group) {
        (Some(dir), _) => write(dir, args, &packages, &of)?,
        (None, group) => {
            let group = group.as_deref().unwrap_or_default().trim_matches('/');
            if !packages.contains_key(group) {
                let groups: Vec<&str> = packages.keys().map(String::as_str).collect();
                let known = groups.join(" ");
                let message =
                    format!("failed to find files of group `{group}`; there are: {known}");
                return Err(Failure::wrong_input(message));
            }
            out::line(format_args!("{:#}", of(group)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// One file a group, and the setting that points editors to them.
fn write(
    dir: &Path,
    args: &SchemaArgs,
    packages: &Packages,
    of: &dyn Fn(&str) -> Json,
) -> Result<(), Failure> {
    files::create_dir_all(dir)?;
    let mut mapping = Map::new();
    for group in packages.keys() {
        let name = if group.is_empty() { &args.config_name } else { &group.replace('/', ".") };
        let path = dir.join(format!("{name}.schema.json"));
        files::write_atomic(&path, format!("{:#}\n", of(group)).as_bytes())?;
        let files = match group.is_empty() {
            true => args.config_path.join(format!("{}.yaml", args.config_name)),
            false => args.config_path.join(group).join("*.yaml"),
        };
        mapping.insert(path.display().to_string(), Json::from(files.display().to_string()));
    }
    out::line(format_args!("{:#}", serde_json::json!({ "yaml.schemas": mapping })))?;
    Ok(())
}

/// Where the files of each group go: as the primary config and every option of a group compose.
fn packages(args: &SchemaArgs) -> Result<Packages, Failure> {
    let compose_args = ComposeArgs {
        overrides: Vec::new(),
        config_path: args.config_path.clone(),
        config_name: args.config_name.clone(),
        config_dir: None,
        version_base: "1.3".to_owned(),
    };
    let base = request(&compose_args, Vec::new(), None)?;
    let configs = configs(&args.config_path, "")?;
    let composer = Composer::new(base);
    let mut found = Found { composer: &composer, listed: BTreeMap::new(), alone: BTreeMap::new() };
    found.compose(None)?;
    for config in &configs {
        found.compose_option(config);
    }
    let mut packages = Packages::new();
    for config in configs {
        let group = config.rsplit_once('/').map_or("", |(group, _)| group);
        let group = if config == args.config_name { "" } else { group };
        packages.entry(group.to_owned()).or_default().extend(found.packages_of(&config));
    }
    Ok(packages)
}

/// Where configs were merged.
struct Found<'a> {
    composer: &'a Composer,
    /// By some defaults list.
    listed: BTreeMap<String, BTreeSet<String>>,
    /// When just added to their group, which may not be what they are for.
    alone: BTreeMap<String, BTreeSet<String>>,
}

impl Found<'_> {
    /// Composes with an option chosen for its group, or added. What does not compose at all is
    /// described by the group's others.
    fn compose_option(&mut self, config: &str) {
        let Some((group, name)) = config.rsplit_once('/') else { return };
        let ways = ["", "+"].map(|prefix| format!("{prefix}{group}={name}"));
        let _ = ways.into_iter().find(|text| self.compose(Some((config, text))).is_ok());
    }

    /// Where a config goes. One that nobody lists goes where those beside it do.
    fn packages_of(&self, config: &str) -> BTreeSet<String> {
        if let Some(packages) = self.listed.get(config) {
            return packages.clone();
        }
        let mut packages = self.alone.get(config).cloned().unwrap_or_default();
        let top = config.split_inclusive('/').next().unwrap_or_default();
        let beside = self.listed.iter().filter(|(other, _)| other.starts_with(top));
        packages.extend(beside.flat_map(|(_, at)| at.iter().cloned()));
        packages
    }

    fn compose(&mut self, option: Option<(&str, &str)>) -> Result<(), Failure> {
        let overrides = option.iter().map(|(_, text)| OverrideArg::argument(1, text)).collect();
        for item in self.composer.job(0, overrides)?.defaults_list() {
            let alone =
                option.is_some_and(|(config, text)| config == item.config && text.starts_with('+'));
            let seen = if alone { &mut self.alone } else { &mut self.listed };
            seen.entry(item.config.clone()).or_default().insert(item.package.clone());
        }
        Ok(())
    }
}

/// The names of the config files below a directory.
fn configs(dir: &Path, below: &str) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for entry in files::list(dir)? {
        let name = if below.is_empty() { entry.name } else { format!("{below}/{}", entry.name) };
        match (entry.kind, name.strip_suffix(".yaml")) {
            (Kind::Dir, _) => found.extend(configs(&entry.path, &name)?),
            (Kind::File, Some(name)) => found.push(name.to_owned()),
            _ => {}
        }
    }
    Ok(found)
}
