//! `--diff A B`: what differs between two configs, with the place that set each value.
//!
//! | A, B | stands for |
//! |---|---|
//! | a directory with `.hydra/config.yaml` | the config of that run |
//! | `@FILE` | the overrides of the file |
//! | a text with `=`, `~` or a space | the overrides in it |
//! | any other text | `+experiment=TEXT` |
//!
//! Further overrides of the command line go for both sides, after an experiment and before the
//! overrides of a side. Values are those of the application's config, not of `hydra`.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value as Json, json};

use crate::config::{Difference, Leaf, Leaves, OverrideArg, Saved, differences};
use crate::files;

use super::args::Args;
use super::compose;
use super::failure::Failure;
use super::out;

/// Where a value is cut in the table, in characters.
const WIDTH: usize = 60;

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let Some([a, b]) = args.diff.as_deref() else {
        return Err(Failure::wrong_input("--diff takes two configs"));
    };
    let found = differences(&side(args, a)?, &side(args, b)?);
    if args.json {
        out::line(format_args!("{:#}", as_json(a, b, &found)))?;
    } else {
        out::write(table(&found))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn side(args: &Args, text: &str) -> Result<Leaves, Failure> {
    let path = Path::new(text);
    if Saved::is_in(path) {
        return Ok(Saved::read(path)?.leaves(args.resolve)?);
    }
    if files::is_dir(path) {
        let message =
            format!("`{text}` is a directory, but holds no `.hydra/config.yaml` of a run");
        return Err(Failure::wrong_input(message));
    }
    let mut overrides = compose::overrides(&args.compose)?;
    if let Some(file) = text.strip_prefix('@') {
        overrides.extend(OverrideArg::read_file(Path::new(file))?);
    } else if text.contains(['=', '~', ' ']) {
        overrides.extend(OverrideArg::split(text));
    } else {
        overrides.insert(0, OverrideArg::argument(1, &format!("+experiment={text}")));
    }
    let request = compose::request(&args.compose, overrides, None)?;
    Ok(compose::composed(&request)?.leaves(args.resolve)?)
}

/// Both sides of every key that differs.
pub(super) fn as_json(a: &str, b: &str, found: &[Difference]) -> Json {
    let leaf = |leaf: &Option<Leaf>| {
        leaf.as_ref().map(|leaf| json!({ "value": leaf.value, "origin": leaf.origin }))
    };
    let found: Vec<Json> = found
        .iter()
        .map(|one| json!({ "key": one.key, "a": leaf(&one.a), "b": leaf(&one.b) }))
        .collect();
    json!({ "a": a, "b": b, "differences": found })
}

/// Two lines a key, one for each side; nothing when nothing differs.
pub(super) fn table(found: &[Difference]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let cells = |key: &str, side: &str, leaf: &Option<Leaf>| {
        let (value, origin) = match leaf {
            Some(leaf) => (cut(&leaf.value.to_string()), leaf.origin.clone()),
            None => ("-".to_owned(), String::new()),
        };
        [key.to_owned(), side.to_owned(), value, origin]
    };
    let mut rows = vec![["KEY", "", "VALUE", "SET BY"].map(str::to_owned)];
    for one in found {
        rows.push(cells(&one.key, "A", &one.a));
        rows.push(cells("", "B", &one.b));
    }
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (key, value) = (width(0), width(2));
    let line = |[a, b, c, d]: &[String; 4]| {
        format!("{a:<key$}  {b:<1}  {c:<value$}  {d}").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_a_key() {
        let leaf = |value: Json, origin: &str| Some(Leaf { value, origin: origin.to_owned() });
        let found = [
            Difference {
                key: "opt.lr".to_owned(),
                a: leaf(json!(0.1), "conf/config.yaml:3:5"),
                b: leaf(json!("${lr}"), "argument 1 `opt.lr=${lr}`"),
            },
            Difference { key: "x".to_owned(), a: None, b: leaf(json!([1, "a"]), "b.yaml:1:1") },
        ];
        let expected = "\
KEY        VALUE    SET BY
opt.lr  A  0.1      conf/config.yaml:3:5
        B  \"${lr}\"  argument 1 `opt.lr=${lr}`
x       A  -
        B  [1,\"a\"]  b.yaml:1:1
";
        assert_eq!(table(&found), expected);
        assert_eq!(table(&[]), "");
        assert_eq!(as_json("p", "q", &found[1..])["differences"][0]["a"], Json::Null);
    }
}
