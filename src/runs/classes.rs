//! `results/classes.json`: what the classes of the results are called.
//!
//! Pages and tables over results name classes by it, without annotations. It is beside the results and
//! not in them, whose layout is the original's.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RunError;
use crate::files;

/// Names by label type and class number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassNames {
    schema: u64,
    /// `action`, `verb`, `noun` -> the name of each class. A label type whose classes have no names is
    /// not there.
    pub classes: BTreeMap<String, Vec<String>>,
}

impl ClassNames {
    /// Where it lies in a run directory.
    pub const FILE: &str = "results/classes.json";
    const SCHEMA: u64 = 1;

    /// These names.
    pub fn new(classes: BTreeMap<String, Vec<String>>) -> Self {
        Self { schema: Self::SCHEMA, classes }
    }

    /// The name of a class; its number where it has none.
    pub fn name(&self, label: &str, class: usize) -> String {
        let name = self.classes.get(label).and_then(|names| names.get(class));
        name.cloned().unwrap_or_else(|| class.to_string())
    }

    /// Reads the names beside the results of a run; none where the file is missing.
    ///
    /// # Errors
    /// A file that is something else, or of a later layout.
    pub fn read(run: &Path) -> Result<Self, RunError> {
        let path = run.join(Self::FILE);
        if !files::is_file(&path) {
            return Ok(Self::new(BTreeMap::new()));
        }
        let bytes = files::read(&path)?;
        let failed = |reason: String| RunError::Classes { path: path.clone(), reason };
        let read: Self = serde_json::from_slice(&bytes).map_err(|e| failed(e.to_string()))?;
        match read.schema {
            Self::SCHEMA => Ok(read),
            found => Err(failed(format!("schema {found}, expected {}", Self::SCHEMA))),
        }
    }

    /// Writes the names beside the results of a run.
    ///
    /// # Errors
    /// As the file system says.
    pub fn write(&self, run: &Path) -> Result<(), RunError> {
        let mut text = serde_json::to_vec(self).expect("names by label type are JSON");
        text.push(b'\n');
        Ok(files::write_atomic(&run.join(Self::FILE), &text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_numbers_stand_in() {
        let dir = tempfile::tempdir().unwrap();
        let names = |read: &ClassNames| [read.name("action", 1), read.name("verb", 7)];
        assert_eq!(names(&ClassNames::read(dir.path()).unwrap()), ["1", "7"]);
        let classes = [("action".to_owned(), vec!["a".to_owned(), "wash \"it\"".to_owned()])];
        files::create_dir_all(&dir.path().join("results")).unwrap();
        ClassNames::new(classes.into()).write(dir.path()).unwrap();
        assert_eq!(names(&ClassNames::read(dir.path()).unwrap()), ["wash \"it\"", "7"]);
    }

    #[test]
    fn what_is_something_else_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        files::create_dir_all(&dir.path().join("results")).unwrap();
        for text in ["", "[]", "{\"classes\":{}}", "{\"schema\":2,\"classes\":{}}"] {
            files::write_atomic(&dir.path().join(ClassNames::FILE), text.as_bytes()).unwrap();
            let read = ClassNames::read(dir.path());
            assert!(matches!(read, Err(RunError::Classes { .. })), "{text}");
        }
    }
}
