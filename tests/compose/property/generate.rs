//! A case from a number: a tree of groups `g`, `g/s` and `h` and a command line that fits it.
//!
//! The vocabulary is small, so that entries, packages, keys and interpolations meet; about half of
//! the cases compose.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Input;
use super::vocabulary::*;

/// The case with a number.
pub fn input(seed: u64) -> Input {
    let mut make =
        Maker { random: ChaCha8Rng::seed_from_u64(seed), paths: vec![], entries: vec![] };
    let mut files = vec![("config.yaml".to_owned(), make.file("config"))];
    for path in ["g/a", "g/b", "h/a", "h/b", "g/s/a", "g/s/b", "extra"] {
        files.push((format!("{path}.yaml"), make.file(path)));
    }
    let sweep = make.chance(25);
    let mut args: Vec<String> = (0..make.below(3)).map(|_| make.argument()).collect();
    if sweep {
        args.extend((0..1 + make.below(2)).map(|_| make.sweep()));
    }
    let version_base = make.one(&["1.3", "1.3", "1.3", "1.3", "1.2", "1.1"]);
    Input { files, args, version_base, sweep }
}

struct Maker {
    random: ChaCha8Rng,
    /// Keys that the tree probably has.
    paths: Vec<String>,
    /// The primary defaults list.
    entries: Vec<&'static str>,
}

impl Maker {
    fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// The text of the config at a path.
    fn file(&mut self, path: &str) -> String {
        let primary = path == "config";
        let mut text = String::new();
        if self.chance(if primary { 2 } else { 15 }) {
            text += &format!("# @package {}\n", self.one(PACKAGES));
        }
        if self.chance(if primary { 90 } else { 35 }) {
            text += &self.defaults(path);
        }
        let group = path.rsplit_once('/').map_or("", |(group, _)| group);
        self.map(&mut text, 0, &group.replace('/', "."));
        text
    }

    fn defaults(&mut self, path: &str) -> String {
        let mut entries: Vec<&str> = Vec::new();
        for _ in 0..1 + self.below(if path == "config" { 4 } else { 2 }) {
            let entry = match self.below(3) {
                _ if path == "config" => self.one(ENTRIES),
                0 if path.starts_with("g/") && !path.starts_with("g/s") => self.one(IN_G),
                1 if path.ends_with("/a") => self.one(IN_A),
                _ if path.starts_with("h/") => continue, // `h` is what the others name
                _ => self.one(ABSOLUTE),
            };
            if entry.ends_with("${g}") && !entries.iter().any(|one| one.starts_with("g: ")) {
                continue;
            }
            if entries.iter().all(|one| group(one) != group(entry)) || self.chance(3) {
                entries.push(entry);
            }
        }
        if path == "config" {
            self.entries.clone_from(&entries);
        }
        let mut entries: Vec<String> = entries.into_iter().map(str::to_owned).collect();
        if self.chance(75) {
            entries.insert(self.below(entries.len() + 1), "_self_".to_owned());
        }
        if self.chance(15) && !self.entries.is_empty() {
            entries
                .push(format!("override {}", self.choice(if path == "config" { "" } else { "/" })));
        }
        if entries.is_empty() {
            return String::new();
        }
        entries.iter().fold("defaults:\n".to_owned(), |text, entry| text + "- " + entry + "\n")
    }

    /// `group: option`, with a group of the primary defaults list.
    fn choice(&mut self, root: &str) -> String {
        let entry = self.one(&self.entries.clone());
        let group = group(entry);
        format!("{root}{group}: {}", self.one(&["a", "b", "b", "b", "b", "b", "[b, a]"]))
    }

    /// Some keys with values, at a depth and below a path.
    fn map(&mut self, text: &mut String, depth: usize, below: &str) {
        let mut keys: Vec<&str> = KEYS.to_vec();
        for _ in 0..1 + self.below(3) {
            let key = keys.swap_remove(self.below(keys.len()));
            let path = if below.is_empty() { key.to_owned() } else { format!("{below}.{key}") };
            *text += &format!("{}{key}:", "  ".repeat(depth));
            if depth < 3 && self.chance(if ["l", "n"].contains(&key) { 85 } else { 15 }) {
                self.container(text, depth, &path, key == "l");
            } else {
                *text += &format!(" {}\n", self.scalar());
            }
            if below.is_empty() || self.chance(40) {
                self.paths.push(path);
            }
        }
    }

    fn container(&mut self, text: &mut String, depth: usize, path: &str, list: bool) {
        if self.chance(8) {
            *text += if list { " []\n" } else { " {}\n" };
            return;
        }
        *text += "\n";
        if !list {
            return self.map(text, depth + 1, path);
        }
        for index in 0..1 + self.below(3) {
            *text += &format!("{}- {}\n", "  ".repeat(depth), self.scalar());
            self.paths.push(format!("{path}.{index}"));
        }
    }

    fn scalar(&mut self) -> String {
        let lines = match self.below(100) {
            0..10 if !self.paths.is_empty() => return format!("${{{}}}", self.path()),
            10..15 => INTERPOLATIONS,
            _ => SCALARS,
        };
        self.one(&lines.lines().collect::<Vec<_>>()).to_owned()
    }

    fn path(&mut self) -> String {
        let at = self.below(self.paths.len());
        self.paths[at].clone()
    }

    fn argument(&mut self) -> String {
        let path = self.path();
        match self.below(100) {
            0..25 if !self.entries.is_empty() => {
                self.choice("").replace(": ", "=").replace(' ', "")
            }
            25..32 => format!("+h@{}=a", self.one(&["q", "n.x", "p", "_global_", "g"])),
            32..40 => format!("~{path}"),
            40..55 => format!("+q.{}={}", self.one(&KEYS), self.one(VALUES)),
            55..60 => self.one(WILD).to_owned(),
            _ => format!("{}{path}={}", self.one(&["", "", "++"]), self.one(VALUES)),
        }
    }

    fn sweep(&mut self) -> String {
        let path = self.path();
        match self.below(10) {
            0 if !self.entries.is_empty() => {
                let choice = self.choice("");
                format!("{}=glob(*)", choice.split(": ").next().expect("a first part"))
            }
            1 => "+h@q=a,b".to_owned(),
            2 => format!("+q={}", self.one(SWEEPS)),
            _ => format!("{}{path}={}", self.one(&["", "++"]), self.one(SWEEPS)),
        }
    }
}

/// The group and package of an entry.
fn group(entry: &str) -> &str {
    let group = entry.trim_start_matches("optional ").trim_start_matches('/');
    group.split(": ").next().expect("a split has a first part")
}
