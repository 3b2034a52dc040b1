//! Addresses of other pages, relative to this one, so that a copied or mounted tree keeps them.

use std::path::{Component, Path};

use super::model::SweepJob;
use crate::files;

/// The address of the page of a job; `None` where it has none yet.
pub(super) fn link(job: &SweepJob, beside: &Path) -> Option<String> {
    if job.directory.as_os_str().is_empty() || !files::is_file(&job.directory.join("report.html")) {
        return None;
    }
    let to = files::canonical(&job.directory).ok()?;
    let from = files::canonical(beside).ok()?;
    Some(format!("{}report.html", relative(&from, &to)?))
}

/// The way from a directory to another, as an address with a `/` at its end.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut way = "../".repeat(from.len() - shared);
    for part in &to[shared..] {
        let Component::Normal(name) = part else { return None };
        way += &encoded(name.to_str()?);
        way.push('/');
    }
    Some(way)
}

/// A name as part of an address.
fn encoded(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@+,=".contains(&byte);
    name.bytes()
        .map(|byte| match is_plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_between_directories() {
        for (from, to, expected) in [
            ("/o/e/0003", "/o/e/0003/1", "1/"),
            ("/o/e/0003", "/o/e/0002/1", "../0002/1/"),
            ("/tables", "/o/a b#%/1", "../o/a%20b%23%25/1/"),
            ("/o", "/o", ""),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)).as_deref(), Some(expected));
        }
    }
}
