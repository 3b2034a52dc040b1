//! `runner data recipes`: what it writes, what it refuses, what it leaves.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Place, stderr, stdout};

/// A list of recipes, each an id and its instructions.
fn layer1(recipes: &[(&str, &[&str])]) -> String {
    let recipe = |(id, texts): &(&str, &[&str])| {
        let instructions: Vec<_> =
            texts.iter().map(|text| serde_json::json!({ "text": text })).collect();
        serde_json::json!({
            "id": id, "title": "A dish", "ingredients": [{ "text": "salt" }], "partition": "train",
            "url": "http://example.org", "instructions": instructions,
        })
    };
    serde_json::Value::from_iter(recipes.iter().map(recipe)).to_string()
}

fn recipes(place: &Place, args: &[&str]) -> Output {
    let given = ["data", "recipes"].iter().chain(args).copied();
    place.command(given).output().unwrap()
}

fn write(place: &Place, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(place.path().join(name), content).unwrap();
}

fn names(place: &Place) -> Vec<String> {
    let entries = std::fs::read_dir(place.path()).unwrap();
    let mut names: Vec<_> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn instructions_become_lines() {
    let place = Place::new();
    let made = layer1(&[
        ("b", &["Peel and chop the onions.", "Fry them in a pan. Add 2 cups of rice."]),
        ("c", &["Enjoy!"]),
        ("a", &["Whisk the eggs, milk and salt until smooth; pour in the flour."]),
    ]);
    write(&place, "layer1.json", made);
    let output = recipes(&place, &["--layer1", "layer1.json", "corpus.txt"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "corpus.txt\n");
    let expected = "whisk <v> eggs <a> whisk <v> milk <a> whisk <v> salt <a> pour in <v> flour\n\
                    peel <v> onions <a> chop <v> onions <a> add <v> rice\n";
    assert_eq!(place.text("corpus.txt"), expected);
    assert!(stderr(&output).contains("read 3 recipes in "), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("1 of them without an action; wrote 2 recipes with 7 actions")
    );

    let again = recipes(&place, &["--layer1", "layer1.json", "corpus.txt"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("failed to create `corpus.txt`"), "{}", stderr(&again));
    assert_eq!(place.text("corpus.txt"), expected);

    let args = ["--layer1", "layer1.json", "first.txt", "--limit", "1", "--json"];
    let limited: serde_json::Value =
        serde_json::from_slice(&recipes(&place, &args).stdout).unwrap();
    let expected = serde_json::json!({
        "corpus": "first.txt", "read": 1, "without_actions": 0, "recipes": 1, "actions": 3,
        "bytes": place.text("first.txt").len(),
    });
    assert_eq!(limited, expected);
    assert_eq!(names(&place), ["corpus.txt", "first.txt", "layer1.json"]);
}

#[test]
fn extractions_become_lines() {
    let place = Place::new();
    let row = |id: &str, number: u32, actions: &str| {
        format!(r#"{{"id":"{id}","sentence":"x","s_no":{number},"ie_op":{actions}}}"#)
    };
    let first = [
        row("b", 0, r#"[[["could"],["you"]],[["mix"],["the eggs"]]]"#),
        row("a", 0, r#"[[["fry"],["fish"]]]"#),
        row("b", 1, r#"[[["eat"],["it"]]]"#),
    ];
    write(&place, "1.json", format!("[{}]", first.join(",\n")));
    write(
        &place,
        "2.json",
        format!("[{}]", row("a", 0, r#"[[["see"],["me"]],[["cook"],["rice"]]]"#)),
    );
    let of = |out: &str, more: &[&str]| {
        let files = ["--extracted", "1.json", "--extracted", "2.json", out];
        let output = recipes(&place, &[&files, more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        place.text(out)
    };
    let sound = "fry <v> fish\nmix <v> the eggs <a> eat <v> it\ncook <v> rice\n";
    assert_eq!(of("sound.txt", &[]), sound);
    let original = sound.replace("mix", "could <v> you <a> mix");
    assert_eq!(of("original.txt", &["--verbs-removed", "original"]), original);
    assert_eq!(of("limited.txt", &["--limit", "1"]), "mix <v> the eggs\n");
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_nothing_is_written() {
    let whole = layer1(&[("a", &["Add salt."]), ("b", &["Add rice."])]);
    let truncated = &whole[..whole.len() - 30];
    let twice = layer1(&[("a", &["Add salt."]), ("b", &["Eat."]), ("a", &["Eat."])]);
    let long = layer1(&[("a", &["Add salt."]), ("b", &[&"x".repeat(1 << 20)])]);
    let many = layer1(&[("a", &vec!["Add salt."; 70_000])]);
    let mut latin = whole.clone().into_bytes();
    let at = whole.find("rice").unwrap();
    latin[at] = 0xE9;
    for (content, expected) in [
        (
            truncated.as_bytes(),
            format!("`in.json`, line 1, byte {}: the file ends", truncated.len()),
        ),
        (b"", "`in.json`, line 1, byte 0: expected the `[` of an array".into()),
        (b"{\"id\": 1}", "`in.json`, line 1, byte 0: expected the `[` of an array".into()),
        (
            b"[\n{\"id\": \"a\"}]",
            "`in.json`, line 2, byte 2: the recipe `a` has no `instructions`".into(),
        ),
        (twice.as_bytes(), "the recipe `a` is there already, at line 1, byte 1".into()),
        (long.as_bytes(), "this element is longer than 1048576 bytes".into()),
        (many.as_bytes(), "`in.json`, line 1, byte 1: this element is longer".into()),
        (
            &latin,
            format!(
                "`in.json`, line 1, byte {at}: a recipe is not as expected: the text is not UTF-8"
            ),
        ),
        (b"[]", "none of the 0 elements has an action".into()),
    ] {
        let place = Place::new();
        write(&place, "in.json", content);
        let output = recipes(&place, &["--layer1", "in.json", "corpus.txt"]);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(&expected), "{expected}\n{}", stderr(&output));
        assert_eq!(names(&place), ["in.json"]);
    }
    let place = Place::new();
    let absent = recipes(&place, &["--layer1", "absent.json", "corpus.txt"]);
    assert!(stderr(&absent).contains("failed to open `absent.json`"), "{}", stderr(&absent));
    let neither = recipes(&place, &["corpus.txt"]);
    assert_eq!(neither.status.code(), Some(2));
    assert!(stderr(&neither).contains("--layer1 <FILE>"), "{}", stderr(&neither));
    let both = recipes(&place, &["--layer1", "a", "--extracted", "b", "corpus.txt"]);
    assert!(stderr(&both).contains("cannot be used with"), "{}", stderr(&both));
    assert!(place.is_empty());
}

#[test]
fn a_sentence_that_is_there_twice_is_named() {
    let place = Place::new();
    let row = r#"{"id":"a","sentence":"x","s_no":4,"ie_op":[[["add"],["salt"]]]}"#;
    write(&place, "in.json", format!("[{row},\n{row}]"));
    let output = recipes(&place, &["--extracted", "in.json", "corpus.txt"]);
    let said = stderr(&output);
    let expected = "`in.json`, line 2, byte 66: sentence 4 of the recipe `a` is there already, at \
                    line 1, byte 1";
    assert!(said.contains(expected), "{said}");
    assert_eq!(names(&place), ["in.json"]);
}

#[test]
fn interrupted_it_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM] {
        let place = Place::new();
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("runner"))
            .current_dir(place.path())
            .args(["data", "recipes", "--layer1", "/dev/stdin", "corpus.txt"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        // Recipes without end, until nobody reads on.
        let writer = std::thread::spawn(move || {
            input.write_all(b"[").unwrap();
            for n in 0_u64.. {
                let recipe = layer1(&[(&n.to_string(), &["Add salt."])]);
                if write!(input, "{},", &recipe[1..recipe.len() - 1]).is_err() {
                    return;
                }
            }
        });
        while place.is_empty() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
        assert!(stderr(&output).contains("stopped; nothing was written"));
        assert!(place.is_empty(), "{:?}", names(&place));
    }
}

#[test]
fn it_is_listed_with_an_example() {
    let place = Place::new();
    let listed = stdout(&place.command(["data", "--help"]).output().unwrap());
    assert!(listed.contains("recipes") && listed.contains("Make a corpus of action sequences"));
    let help = stdout(&recipes(&place, &["--help"]));
    assert!(help.contains("runner data recipes --layer1 layer1.json"), "{help}");
    let mut flags: Vec<&str> = help
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("--"))
        .filter(|word| {
            word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        })
        .collect();
    flags.sort_unstable();
    flags.dedup();
    assert_eq!(flags, ["extracted", "help", "json", "layer1", "limit", "verbs-removed"]);
}
