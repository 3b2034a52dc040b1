//! One case: a config tree and a command line, and what Hydra printed or that it refused.

use std::path::Path;

use runner::config::{ComposeRequest, OverrideArg, Part, Runtime, compose};
use serde_json::{Map, Value};

/// The fields of a case, as `scripts/compose_tables/hydra_truth.py` describes them.
pub struct Case {
    pub id: String,
    pub fields: Map<String, Value>,
}

impl Case {
    pub fn text(&self, key: &str) -> Option<&str> {
        self.fields.get(key).and_then(Value::as_str)
    }

    pub fn is(&self, key: &str) -> bool {
        self.fields.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The overrides.
    pub fn args(&self) -> Vec<OverrideArg> {
        let args = self.fields.get("args").and_then(Value::as_array);
        arguments(args.into_iter().flatten().map(|arg| arg.as_str().unwrap()))
    }

    /// What `--cfg` prints for the config directory.
    pub fn compose(&self, conf: &Path) -> Result<String, String> {
        let mut request = ComposeRequest::new(conf.to_owned(), Runtime::new("/cwd".into()));
        request.overrides = self.args();
        if let Some(name) = self.text("config_name") {
            request.config_name = name.to_owned();
        }
        if let Some(version) = self.text("version_base") {
            request.version_base = version.parse().unwrap();
        }
        let what = match self.text("cfg") {
            Some("hydra") => Part::Hydra,
            Some("all") => Part::All,
            _ => Part::Job,
        };
        let conf = conf.display().to_string();
        compose(&request)
            .and_then(|composed| composed.to_yaml(what, self.is("resolve"), self.text("package")))
            .map(|text| text.replace(&conf, "<conf>").replace("/cwd", "<cwd>"))
            .map_err(|errors| errors.to_string())
    }

    /// As [`compose`](Self::compose), of the tree that the case holds itself.
    pub fn compose_own_tree(&self) -> Result<String, String> {
        let dir = self.tree();
        self.compose(dir.path())
    }

    /// A directory with the case's own tree.
    pub fn tree(&self) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        self.lay(dir.path());
        dir
    }

    /// Writes the case's own tree; `<conf>` in it stands for where it lies.
    pub fn lay(&self, dir: &Path) {
        let place = dir.display().to_string();
        for (path, text) in self.files() {
            let path = dir.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text.replace("<conf>", &place)).unwrap();
        }
    }

    fn files(&self) -> Vec<(String, String)> {
        let Some(text) = self.text("text") else {
            let files = self.fields["files"].as_object().unwrap().iter();
            return files
                .map(|(path, text)| (path.clone(), text.as_str().unwrap().into()))
                .collect();
        };
        let base = self.text("base").unwrap_or_default();
        vec![("config.yaml".to_owned(), format!("{base}{text}"))]
    }

    /// Compares with what Hydra did; `expected` is `None` when it refused.
    pub fn judge(&self, expected: Option<&str>, got: Result<String, String>) -> Option<String> {
        let problem = match (got, expected) {
            (Ok(text), Some(expected)) if text == expected => return None,
            (Err(_), None) => return None,
            (Ok(text), Some(expected)) => difference(expected, &text),
            (Ok(text), None) => {
                let said = |key| self.text(key).unwrap_or_default();
                format!("Hydra refuses with {} {}, got\n{text}", said("error"), said("message"))
            }
            (Err(error), Some(_)) => format!("refused: {error}"),
        };
        let mut input = self.fields.clone();
        input.retain(|key, _| !["expected", "files", "base", "options"].contains(&key.as_str()));
        Some(format!("{}: {problem}\n  case     {}", self.id, Value::Object(input)))
    }
}

/// Overrides as the command line gives them.
pub fn arguments<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<OverrideArg> {
    texts.enumerate().map(|(i, text)| OverrideArg::argument(i + 1, text)).collect()
}

/// Fails with everything that is wrong at once.
pub fn all_right(count: usize, wrong: &[String]) {
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// The first line that differs, with its neighbour.
pub fn difference(expected: &str, got: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), got.lines().collect());
    let at = (0..a.len().max(b.len())).find(|i| a.get(*i) != b.get(*i));
    match at {
        Some(i) => format!(
            "line {}\n  expected {:?}\n  got      {:?}\n  after    {:?}",
            i + 1,
            a.get(i),
            b.get(i),
            i.checked_sub(1).and_then(|i| a.get(i))
        ),
        None => "only the end of the text differs".to_owned(),
    }
}
