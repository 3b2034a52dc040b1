//! Checksums: those of the published annotation files, and lists of one's own.
//!
//! A list is what `sha256sum` writes and `sha256sum -c` reads: 64 digits, two blanks, a path. A
//! relative path starts where the command was started. Files are read in blocks, whatever their size.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::data::Place;
use crate::data::error::DataError;
use crate::files::{self, sha256_file_with};

use super::finding::{Finding, State};
use super::item::tidy;

/// `src/data/check/published.sha256`, whose paths start at `paths.external`.
const PUBLISHED: &str = include_str!("published.sha256");

/// Checksums by file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Whose they are, in words.
    source: String,
    rows: HashMap<PathBuf, String>,
}

/// A file and its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashed {
    /// The file.
    pub path: PathBuf,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

/// The checksums of some files; `progress` is told of each block's file and bytes.
pub fn hash(
    files: &[PathBuf],
    progress: &mut dyn FnMut(&Path, u64),
) -> Result<Vec<Hashed>, DataError> {
    let one = |path: &PathBuf| {
        let sha256 = sha256_file_with(path, &mut |bytes| progress(path, bytes))?;
        Ok(Hashed { path: path.clone(), sha256 })
    };
    files.iter().map(one).collect()
}

impl Sums {
    /// Those of the published annotation files, below `external`.
    pub fn published(external: &Path) -> Self {
        let rows = PUBLISHED.lines().filter_map(parse);
        let rows = rows.map(|(sum, path)| (tidy(&external.join(path)), sum.to_ascii_lowercase()));
        Self { source: "published".into(), rows: rows.collect() }
    }

    /// Reads a list; its relative paths start at `base`.
    ///
    /// # Errors
    /// A file that cannot be read, a line that is none of a list.
    pub fn read(list: &Path, base: &Path) -> Result<Self, DataError> {
        let text = files::read_to_string(list)?;
        let mut rows = HashMap::new();
        for (line, text) in (1..).zip(text.lines()) {
            if text.trim().is_empty() || text.starts_with('#') {
                continue;
            }
            let (sum, path) = parse(text).ok_or_else(|| DataError::Field {
                place: Place::new(list, line),
                column: "the line".into(),
                text: text.into(),
                expected: "64 hexadecimal digits, two blanks and a path, as sha256sum writes it",
            })?;
            rows.insert(tidy(&base.join(path)), sum.to_ascii_lowercase());
        }
        if rows.is_empty() {
            return Err(DataError::Empty { path: list.to_owned() });
        }
        Ok(Self { source: format!("in {}", list.display()), rows })
    }

    /// The text of a list; paths below `base` are relative to it.
    pub fn list(hashed: &[Hashed], base: &Path) -> String {
        let line = |one: &Hashed| {
            let path = one.path.strip_prefix(base).unwrap_or(&one.path);
            format!("{}  {}\n", one.sha256, path.display())
        };
        hashed.iter().map(line).collect()
    }

    /// Compares what was hashed of an item; a file that differs makes it [`State::Changed`].
    pub fn compare(&self, finding: &mut Finding) {
        let known =
            finding.hashed.iter().filter_map(|one| Some((one, self.rows.get(&tidy(&one.path))?)));
        let (same, other): (Vec<_>, Vec<_>) = known.partition(|(one, sum)| one.sha256 == **sum);
        let mut say = |text: String| {
            let gap = if finding.detail.is_empty() { "" } else { ", " };
            finding.detail.push_str(&format!("{gap}{text}"));
        };
        if let Some((first, _)) = other.first() {
            let name = first.path.file_name().unwrap_or_default().to_string_lossy();
            say(format!("checksum of `{name}` is not the one {}", self.source));
            finding.state = finding.state.max(State::Changed);
        } else if !same.is_empty() {
            say(format!("checksum as {}", self.source));
        }
    }

    /// How many files of the list were not hashed.
    pub fn unmet(&self, findings: &[Finding]) -> usize {
        let hashed = findings.iter().flat_map(|finding| &finding.hashed);
        let met: HashSet<PathBuf> = hashed.map(|one| tidy(&one.path)).collect();
        self.rows.keys().filter(|path| !met.contains(*path)).count()
    }
}

/// A line of a list; text and binary mode are the same here.
fn parse(line: &str) -> Option<(&str, &str)> {
    let (sum, path) = line.split_once(' ')?;
    let path = path.strip_prefix([' ', '*'])?;
    let hex = sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit());
    (hex && !path.is_empty()).then_some((sum, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_what_sha256sum_writes() {
        let sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (line, expected) in [
            (format!("{sum}  a b.csv"), Some("a b.csv")),
            (format!("{sum} *a.mdb"), Some("a.mdb")),
            (format!("{sum} a.mdb"), None),
            (format!("{}  a", &sum[1..]), None),
            (format!("{sum}  "), None),
            ("# of what".into(), None),
        ] {
            assert_eq!(parse(&line).map(|(_, path)| path), expected, "{line}");
        }
        let published = Sums::published(Path::new("/x/conf/../external"));
        let lines = PUBLISHED.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(published.rows.len(), lines);
        assert!(
            published
                .rows
                .contains_key(Path::new("/x/external/rulstm/RULSTM/data/ek55/actions.csv"))
        );
    }
}
