//! A case from a number: a tree of groups `g`, `g/s` and `h` and a command line that fits it.
//!
//! The vocabulary is small, so that entries, packages, keys and interpolations meet; about half of
//! the cases compose.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Input;

const KEYS: [&str; 8] = ["x", "y", "z", "n", "l", "p", "g", "h"];

/// Scalars in a file.
const SCALARS: &str = "1 -5 0 017 0x1f 1_000 12:30 0.5 .5 1e-4 1e5 1.e3 -.inf .nan 1e20 6.02e23 true No on \
    null ~ ??? text 'quoted' \"dou\\tble\" '1' '' 2020-01-01 08 1e a-b 'it''s' é \"a\\nb\" '${x}' \
    ${x} ${y} ${n.x} ${.x} ${..x} ${g.x} ${p.x} ${h} ${n} ${l.0} ${l[1]} ${nope} pre-${x} ${x}${y} \
    ${oc.env:RUNNER_NOT_SET,7} ${oc.select:x,8} ${oc.select:q.r,9} ${minus:5,${x}} \
    ${times_int:2,1.5} ${oc.dict.keys:n} ${oc.decode:'1e3'} ${hydra:job.name} \\${x} ${x.y}";

/// Values of overrides.
const VALUES: &[&str] = &[
    "1", "-2", "0.5", "1e-7", "true", "null", "text", "a b", "'q, r'", "\"d\"", "''", "", "???",
    "[]", "[1,2]", "[a,[b,null]]", "{}", "{x: 1}", "{x:{y:2},z:[3]}", "${x}", "${n}", "'${y}-k'",
    "int('3')", "str(1.5)", "sort([2,1])", "float(2)", "a\\,b", "/p/q.r", "a:b", "1_0", "inf",
    "${oc.env:RUNNER_NOT_SET,x}", "{a: ${x}}", "bool('yes')", "a=b", "json_str({x: 1})",
];

/// Values of overrides that are sweeps.
const SWEEPS: &[&str] = &[
    "1,2", "a,b,c", "choice(x,1)", "range(3)", "range(0,1,0.25)", "range(5,1,-2)", "[1],[2,3]",
    "{x:1},{x:2}", "${x},${y}", "'a b',c d", "int(1.5,'2')", "sort(3,1,2)", "true,null", "1,a",
    "sort(range(3),reverse=true)", "str(choice(1,2))", "1e-7,1e20", "tag(t,choice(1,2))", "a\\,b,c",
];

/// Entries of a defaults list; those without `/` are relative to the config they stand in.
const ENTRIES: &[&str] = &[
    "/g: a", "/g: b", "/h: a", "/h: b", "/g/s: a", "/g@p: b", "/h@p: a", "/h@p.x: b", "/g@_global_: a",
    "/h@_here_: a", "/h@_group_: a", "optional /g: zz", "optional /h: a", "/g: null", "/h: [a, b]", "/h: ${g}",
    "/h@n: ${g}", "/h@n.x: b", "/extra", "/extra@p", "/extra@_here_", "/g/s@_global_: b", "/h: ???",
];
const RELATIVE: &[&str] = &["s: a", "s: b", "s@_here_: a", "s@p: b", "optional s: zz", "b", "b@p", "s: null"];
const OVERRIDES: &[&str] = &["g: b", "h: b", "g/s: b", "h@p: a", "s: b", "g@p: a", "h: null", "/h: [b]"];
const PACKAGES: &[&str] = &["_global_", "_group_", "p", "p.x", "g", "n", "h", "_group_.x", "_here_"];

/// Overrides of groups.
const CHOICES: &[&str] = &[
    "g=b", "h=b", "h=a", "g/s=b", "g=a", "+g=a", "+h=a", "+h@p=b", "+h@n.x=a", "~g", "~h", "~h=a", "g@p=a",
    "h@p=b", "~g@p", "h=null", "h=[a,b]", "h=[]", "+g/s@_global_=a", "++h=b", "g=zz", "+extra=a", "h@_global_=a",
];

/// Keys of overrides.
const PATHS: &[&str] = &[
    "x", "y", "z", "n", "n.x", "n.y", "n.x.y", "l", "l.0", "l.1", "g", "g.x", "g.s.y", "h.x", "h", "p",
    "p.x", "p.x.y", "q", "q.r", "h.n", "g.n.x", "n[x]", "l[0]", "hydra.job.name",
];

/// The case with a number.
pub fn input(seed: u64) -> Input {
    let mut make = Maker(ChaCha8Rng::seed_from_u64(seed));
    let mut files = vec![("config.yaml".to_owned(), make.file(true))];
    for path in ["g/a", "g/b", "h/a", "h/b", "g/s/a", "g/s/b", "extra"] {
        files.push((format!("{path}.yaml"), make.file(false)));
    }
    let sweep = make.chance(25);
    let count = make.0.random_range(0..4);
    let mut args: Vec<String> = (0..count).map(|_| make.argument()).collect();
    if sweep {
        args.extend((0..make.0.random_range(1..3)).map(|_| make.sweep()));
    }
    let version_base = *["1.3", "1.3", "1.3", "1.3", "1.2", "1.1"].choose(&mut make.0).unwrap();
    Input { files, args, version_base, sweep }
}

struct Maker(ChaCha8Rng);

impl Maker {
    fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.choose(&mut self.0).expect("the vocabulary is not empty")
    }

    fn file(&mut self, primary: bool) -> String {
        let mut text = String::new();
        if self.chance(if primary { 5 } else { 15 }) {
            text += &format!("# @package {}\n", self.one(PACKAGES));
        }
        if self.chance(if primary { 85 } else { 35 }) {
            text += &self.defaults(primary);
        }
        self.map(&mut text, 0);
        text
    }

    fn defaults(&mut self, primary: bool) -> String {
        let mut entries = Vec::new();
        for _ in 0..self.0.random_range(if primary { 1..5 } else { 1..3 }) {
            let relative = !primary && self.chance(60);
            let entry = self.one(if relative { RELATIVE } else { ENTRIES });
            let entry = if primary { entry.replacen('/', "", 1) } else { entry.to_owned() };
            entries.push(entry);
        }
        if self.chance(75) {
            let at = self.0.random_range(0..=entries.len());
            entries.insert(at, "_self_".to_owned());
        }
        if self.chance(20) {
            entries.push(format!("override {}", self.one(OVERRIDES)));
        }
        entries.iter().fold("defaults:\n".to_owned(), |text, entry| text + "- " + entry + "\n")
    }

    /// Some keys with values, at an indent.
    fn map(&mut self, text: &mut String, depth: usize) {
        let mut keys: Vec<&str> = KEYS.to_vec();
        for _ in 0..self.0.random_range(1..4) {
            let key = keys.swap_remove(self.0.random_range(0..keys.len()));
            *text += &format!("{}{key}:", "  ".repeat(depth));
            let container = if key == "l" || key == "n" { 85 } else { 15 };
            if depth < 3 && self.chance(container) {
                self.container(text, depth, key == "l");
            } else {
                *text += &format!(" {}\n", self.scalar());
            }
        }
    }

    fn container(&mut self, text: &mut String, depth: usize, list: bool) {
        if self.chance(8) {
            *text += if list { " []\n" } else { " {}\n" };
            return;
        }
        *text += "\n";
        if !list {
            return self.map(text, depth + 1);
        }
        for _ in 0..self.0.random_range(1..4) {
            *text += &format!("{}- {}\n", "  ".repeat(depth), self.scalar());
        }
    }

    fn scalar(&mut self) -> &'static str {
        let all: Vec<&'static str> = SCALARS.split_whitespace().collect();
        self.one(&all)
    }

    fn argument(&mut self) -> String {
        if self.chance(35) {
            return self.one(CHOICES).to_owned();
        }
        let (prefix, path) = (self.one(&["", "", "+", "++", "~"]), self.one(PATHS));
        match prefix {
            "~" if self.chance(70) => format!("~{path}"),
            _ => format!("{prefix}{path}={}", self.one(VALUES)),
        }
    }

    fn sweep(&mut self) -> String {
        match self.0.random_range(0..10) {
            0 => "g=glob(*)".to_owned(),
            1 => "h=glob(*,exclude=a)".to_owned(),
            2 => "g=a,b".to_owned(),
            _ => format!("{}{}={}", self.one(&["", "+", "++"]), self.one(PATHS), self.one(SWEEPS)),
        }
    }
}
