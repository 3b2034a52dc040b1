//! What was configured, beside the run: `.hydra/` as Hydra writes it, and where each value came from.

use std::path::Path;

use super::{RunDir, RunError};
use crate::files;

const OVERRIDES: &str = ".hydra/overrides.yaml";

/// The texts of `.hydra/` and `provenance.yaml`; each is YAML, written as given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HydraFiles {
    /// The composed job config.
    pub config: String,
    /// Hydra's own node.
    pub hydra: String,
    /// The list of task overrides.
    pub overrides: String,
    /// Every leaf key with its origin: see [`provenance_yaml`].
    pub provenance: String,
}

impl HydraFiles {
    /// Writes all four, each atomically.
    pub fn write(&self, run: &RunDir) -> Result<(), RunError> {
        files::create_dir_all(&run.file(".hydra"))?;
        for (name, text) in [
            (".hydra/config.yaml", &self.config),
            (".hydra/hydra.yaml", &self.hydra),
            (OVERRIDES, &self.overrides),
            ("provenance.yaml", &self.provenance),
        ] {
            files::write_atomic(&run.file(name), text.as_bytes())?;
        }
        Ok(())
    }

    /// The overrides that a run directory records; none where no record lies there.
    ///
    /// # Errors
    /// A file that cannot be read or is no list of texts.
    pub fn read_overrides(run: &Path) -> Result<Vec<String>, RunError> {
        let path = run.join(OVERRIDES);
        if files::kind(&path).is_none() {
            return Ok(Vec::new());
        }
        let text = files::read_to_string(&path)?;
        serde_yaml::from_str(&text).map_err(|e| RunError::Overrides { path, reason: e.to_string() })
    }
}

/// One `key: 'origin'` a line, in the order given.
pub fn provenance_yaml(origins: &[(String, String)]) -> String {
    if origins.is_empty() {
        return "{}\n".into();
    }
    origins.iter().map(|(key, origin)| format!("{}: {}\n", quoted(key), quoted(origin))).collect()
}

/// A YAML scalar that reads back as the same string: JSON's double quotes are YAML's where more
/// than the plainest characters occur.
fn quoted(text: &str) -> String {
    let plain_start = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "._/@-".contains(c));
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
    );
    if plain_start && plain && !word {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provenance_reads_back() {
        let origins: Vec<(String, String)> = [
            ("train.num_epochs", "conf/config.yaml:3:1"),
            ("y", "argument 2: `x='a b'`"),
            ("a.0", "line\nbreak \"quote\" ünï"),
            ("1", "#"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .to_vec();
        let text = provenance_yaml(&origins);
        assert_eq!(text.lines().count(), 4);
        assert!(text.starts_with("train.num_epochs: \"conf/config.yaml:3:1\"\n"), "{text}");
        let read: indexmap::IndexMap<String, String> = serde_yaml::from_str(&text).unwrap();
        assert_eq!(read.into_iter().collect::<Vec<_>>(), origins);
        assert_eq!(provenance_yaml(&[]), "{}\n");
    }

    #[test]
    fn files_lie_where_hydra_puts_them() {
        let dir = tempfile::tempdir().unwrap();
        let run = RunDir::at(dir.path()).unwrap();
        let hydra = HydraFiles { config: "a: 1\n".into(), ..HydraFiles::default() };
        hydra.write(&run).unwrap();
        assert_eq!(files::read(&dir.path().join(".hydra/config.yaml")).unwrap(), b"a: 1\n");
        assert!(files::is_file(&dir.path().join(".hydra/overrides.yaml")));
    }
}
