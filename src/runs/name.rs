//! Names of experiments: one directory name, safe in paths, job files and shells.

use std::fmt;

use super::RunError;

const MAX_LENGTH: usize = 100;

/// A checked experiment name.
///
/// | refused | why |
/// |---|---|
/// | empty, longer than 100 bytes | no directory name |
/// | anything but `A-Z a-z 0-9 . _ - + = ,` | paths, job files, shells |
/// | a leading `.` or `-` | hidden from listings, read as an option |
/// | `latest`, digits alone | the link and the numbers of runs |
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExperimentName(String);

impl ExperimentName {
    /// Checks `name`; the error carries the nearest usable name.
    pub fn new(name: &str) -> Result<Self, RunError> {
        match reason_against(name) {
            None => Ok(Self(name.to_owned())),
            Some(reason) => Err(RunError::Name {
                name: name.to_owned(),
                reason,
                expected: Self::sanitised(name).ok().map(|n| n.0),
            }),
        }
    }

    /// Makes a name of any text: refused characters become `_`; fails when nothing is left.
    pub fn sanitised(text: &str) -> Result<Self, RunError> {
        let mut name: String =
            text.trim().chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
        name = name.trim_start_matches(['.', '-']).to_owned();
        name.truncate(MAX_LENGTH);
        if is_reserved(&name) {
            name.insert(0, '_');
        }
        match reason_against(&name) {
            None => Ok(Self(name)),
            Some(reason) => Err(RunError::Name { name: text.to_owned(), reason, expected: None }),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExperimentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn reason_against(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > MAX_LENGTH {
        Some("it is longer than 100 bytes")
    } else if !name.chars().all(is_allowed) {
        Some("only letters, digits and `._-+=,` are allowed")
    } else if name.starts_with(['.', '-']) {
        Some("it starts with `.` or `-`")
    } else if is_reserved(name) {
        Some("`latest` and plain numbers are taken by the runs themselves")
    } else {
        None
    }
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._-+=,".contains(c)
}

fn is_reserved(name: &str) -> bool {
    name == "latest" || (!name.is_empty() && name.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_and_refused() {
        for name in ["ek55_ensemble", "a", "distill=0.5,opt=sgd", "v1.2+x"] {
            assert_eq!(ExperimentName::new(name).unwrap().as_str(), name);
        }
        let long = "x".repeat(101);
        for name in [
            "", ".", "..", "a/b", "../x", "latest", "0001", "-rf", ".hidden", "a b", "ä", "a\n",
            &long,
        ] {
            assert!(ExperimentName::new(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn sanitising() {
        for (text, name) in [
            ("avt/ek55", "avt_ek55"),
            ("; rm -rf $(x)", "__rm_-rf___x_"),
            ("0001", "_0001"),
            ("../../etc", "_.._etc"),
            ("latest", "_latest"),
            ("über", "_ber"),
        ] {
            assert_eq!(ExperimentName::sanitised(text).unwrap().as_str(), name, "{text}");
        }
        assert!(ExperimentName::sanitised("...").is_err());
        assert!(ExperimentName::sanitised(" ").is_err());
    }
}
