//! How far a run is: a drawing on a terminal, lines everywhere else.

use serde_json::json;

use crate::support::{Place, QUICK, repository, stderr};
use crate::terminal::{Drawn, is_coloured, on_terminal};

fn trained(variables: &[(&str, &str)], columns: u16, more: &[&str]) -> Option<(Place, Drawn)> {
    let place = Place::new();
    let conf = repository().join("conf").display().to_string();
    let command: Vec<&str> =
        ["--config-path", &conf].into_iter().chain(QUICK).chain(more.iter().copied()).collect();
    let drawn = on_terminal(place.path(), [24, columns], &command, variables, &json!([]))?;
    assert_eq!(drawn.code, 0, "{}", drawn.text);
    Some((place, drawn))
}

#[test]
fn a_bar_with_the_log_whole_above_it() {
    let each = ["train.train_one_epoch_fn.print_freq=1"];
    let Some((place, drawn)) = trained(&[], 100, &each) else { return };
    for part in ["  step ", "━", "loss ", "cls_action", "samples/s", "\x1b[36m"] {
        assert!(drawn.text.contains(part), "{part:?}: {}", drawn.text);
    }
    assert!(is_coloured(&drawn.text));
    // What the run's own log says came to the terminal in one piece, but for the lines of training.
    let log = place.text("outputs/ek55_ensemble/0001/runner.log");
    assert!(log.contains("epoch 0.00 step 0/2 loss"), "{log}");
    let plain = drawn.text.replace("\x1b[0m", "").replace("\x1b[2m", "").replace("\x1b[3m", "");
    for line in log.lines().filter(|line| line.contains("INFO") && !line.contains("epoch 0.")) {
        let (_, said) = line.split_once("INFO ").unwrap();
        assert!(plain.contains(said), "{said:?}: {plain}");
    }
    assert!(!drawn.text.contains("epoch 0.00 step 0/2 loss"), "{}", drawn.text);
    let last = drawn.text.trim_end().lines().last().unwrap_or_default().to_owned();
    assert!(last.ends_with("outputs/ek55_ensemble/0001"), "the bar is gone: {last:?}");
}

#[test]
fn no_color_takes_the_colours_and_leaves_the_bar() {
    let Some((_place, drawn)) = trained(&[("NO_COLOR", "1")], 100, &[]) else { return };
    assert!(drawn.text.contains('━') && !is_coloured(&drawn.text), "{}", drawn.text);
}

#[test]
fn a_dumb_terminal_and_a_pipe_get_lines() {
    let told = "epoch 0.00 step 0/2 loss";
    if let Some((_place, drawn)) = trained(&[("TERM", "dumb")], 100, &[]) {
        assert!(drawn.text.contains(told) && !drawn.text.contains('\x1b'), "{}", drawn.text);
    }
    let place = Place::new();
    let output = place.runner(QUICK).env("TERM", "xterm").output().unwrap();
    let text = stderr(&output);
    assert!(text.contains(told) && !text.contains('\x1b') && !text.contains('━'), "{text}");
}

#[test]
fn a_narrow_terminal_and_a_sweep_in_one_process() {
    if let Some((_place, drawn)) = trained(&[], 20, &[]) {
        assert!(drawn.text.contains("step "), "{}", drawn.text);
    }
    let more = ["-m", "distill=1,2"];
    let Some((_place, drawn)) = trained(&[], 120, &more) else { return };
    for part in ["job 0 of 2", "job 1 of 2"] {
        let bar = drawn.text.lines().any(|line| line.contains('━') && line.contains(part));
        assert!(bar, "{part}: {}", drawn.text);
    }
}

#[test]
fn an_evaluation_alone_counts_its_batches() {
    let Some((_place, drawn)) = trained(&[], 100, &["test_only=true"]) else { return };
    assert!(drawn.text.contains("eval ") && drawn.text.contains("batch "), "{}", drawn.text);
    assert!(!drawn.text.contains("step 0/"), "{}", drawn.text);
}
