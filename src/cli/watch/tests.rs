//! Screens of the view, without a terminal.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;
use serde_json::json;

use crate::launch::JobState;
use crate::runs::MetricSets;

use super::super::snippet::Style;
use super::once;
use super::seen::Seen;
use super::source::{Board, JobSeen, SweepSeen};
use super::view::{Key, Ui, draw};

fn map(value: serde_json::Value) -> serde_json::Map<String, serde_json::Value> {
    value.as_object().unwrap().clone()
}

fn running(name: &str) -> Seen {
    let falling: Vec<f64> = (0..40).rev().map(f64::from).collect();
    Seen {
        name: name.into(),
        state: "running".into(),
        step: Some(50),
        steps: Some(200),
        epoch: Some(2.5),
        epochs: Some(10),
        share: Some(0.25),
        losses: vec![("loss".into(), 3.21), ("loss/distill".into(), 0.5)],
        lr: Some(1e-4),
        curves: vec![("loss".into(), falling.clone()), ("loss/distill".into(), falling)],
        metrics: MetricSets {
            last: map(json!({"split": "eval", "loss": 2.0, "final_acc/action/top1": 21.4})),
            best: map(json!({"final_acc/action/top1": 22.0})),
        },
        rate: Some(512.0),
        left_seconds: Some(750.0),
        data_share: Some(0.03),
        quiet_seconds: Some(2),
        cores: Some(1.9),
        resident_bytes: Some(1 << 30),
        device: Some("flex".into()),
        host: Some("here".into()),
        data: Some("synthetic"),
        ..Seen::default()
    }
}

fn job(number: usize, state: JobState) -> JobSeen {
    let mut seen = running(&format!("e/0001/{number}"));
    if state != JobState::Running {
        seen = Seen { name: seen.name, ..Seen::default() };
    }
    seen.state = state.as_str().into();
    JobSeen { number, state: Some(state), overrides: format!("distill={number}"), seen }
}

fn sweep() -> SweepSeen {
    SweepSeen {
        name: "e/0001".into(),
        launcher: "local".into(),
        counts: vec![(JobState::Queued, 1), (JobState::Running, 1), (JobState::Completed, 1)],
        jobs: vec![
            job(0, JobState::Completed),
            job(1, JobState::Running),
            job(2, JobState::Queued),
        ],
    }
}

fn drawn(board: &Board, ui: &mut Ui, width: u16, height: u16, coloured: bool) -> TestBackend {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(frame, board, ui, coloured)).unwrap();
    terminal.backend().clone()
}

fn text(board: &Board, ui: &mut Ui, width: u16, height: u16) -> String {
    let backend = drawn(board, ui, width, height, false);
    let buffer = backend.buffer();
    let line = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..height).map(|y| line(y).trim_end().to_owned() + "\n").collect()
}

#[test]
fn one_run() {
    let target = Some("e/0001".to_owned());
    let board = Board { target, runs: vec![running("e/0001")], ..Board::default() };
    let screen = text(&board, &mut Ui::new(&board), 90, 15);
    let expected = "\
e/0001
running  flex on here  SYNTHETIC DATA
 25% ━━━━━━━───────────────────────  step 50/200  epoch 2.5/10  12m30s left
512 samples/s  waits for data 3%  1.9 cores  1.0 GiB  GPU -  last record 2s ago

loss                       0.0000  ██▇▇▇▇▇▆▆▆▆▆▆▅▅▅▅▅▅▅▄▄▄▄▄▃▃▃▃▃▃▂▂▂▂▂▂▁▁▁
  distill                  0.0000  ██▇▇▇▇▇▆▆▆▆▆▆▅▅▅▅▅▅▅▄▄▄▄▄▃▃▃▃▃▃▂▂▂▂▂▂▁▁▁

evaluation                    last         best
loss                        2.0000            -
final_acc/action/top1      21.4000      22.0000



q quit  ↑↓ choose  enter open  esc back  ? help
";
    let shape = |text: &str| text.replace(['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'], "#");
    assert_eq!(shape(&screen), shape(expected), "{screen}");
}

#[test]
fn a_sweep_and_the_job_that_is_chosen() {
    let target = Some("e/0001".to_owned());
    let board = Board { target, sweeps: vec![sweep()], ..Board::default() };
    let mut ui = Ui::new(&board);
    let screen = text(&board, &mut ui, 100, 20);
    for expected in [
        "e/0001  local  1 completed, 1 queued, 1 running of 3 jobs",
        "run  state      done    left    loss        best  epoch",
        "1    running     25%  12m30s  3.2100  top1 22.00    2.5",
    ] {
        assert!(screen.contains(expected), "{expected}\n{screen}");
    }
    assert!(!screen.contains("step 50/200"), "{screen}");
    ui.press(Key::Down);
    let screen = text(&board, &mut ui, 100, 20);
    assert!(screen.contains("step 50/200"), "the chosen job is below\n{screen}");
    ui.press(Key::Open);
    assert!(text(&board, &mut ui, 100, 20).starts_with("e/0001/1\nrunning"));
    ui.press(Key::Back);
    assert!(text(&board, &mut ui, 100, 20).starts_with("e/0001  local"));
}

#[test]
fn nothing_a_stale_run_and_one_that_is_gone() {
    let nothing = text(&Board::default(), &mut Ui::new(&Board::default()), 60, 6);
    assert!(nothing.contains("Nothing runs."), "{nothing}");
    let stale = Seen { state: "stale".into(), error: Some("x\ny".into()), ..running("e/0002") };
    let board = Board { runs: vec![stale], ..Board::default() };
    let mut ui = Ui::new(&board);
    let screen = text(&board, &mut ui, 90, 6);
    assert!(screen.contains("e/0002  stale"), "{screen}");
    ui.press(Key::Open);
    assert!(text(&board, &mut ui, 90, 10).contains("\nx\n"));
    let screen = text(&Board::default(), &mut ui, 90, 6);
    assert!(screen.contains("It is gone."), "{screen}");
}

#[test]
fn five_hundred_runs_and_every_size() {
    let runs = (0..500).map(|n| running(&format!("e/{n:04}"))).collect();
    let board = Board { sweeps: vec![sweep()], runs, ..Board::default() };
    let mut ui = Ui::new(&board);
    text(&board, &mut ui, 80, 24);
    ui.press(Key::End);
    assert!(text(&board, &mut ui, 80, 24).contains("e/0499"));
    ui.press(Key::PageUp);
    ui.press(Key::Help);
    for (width, height) in [(1, 1), (2, 2), (10, 3), (20, 60), (300, 100)] {
        for key in [Key::Help, Key::Open, Key::Down, Key::PageDown, Key::Back, Key::Home] {
            ui.press(key);
            text(&board, &mut ui, width, height);
        }
    }
    text(&Board::default(), &mut ui, 80, 24);
}

#[test]
fn what_is_chosen_stays_chosen_where_it_moves() {
    let board = |names: &[&str]| Board {
        runs: names.iter().map(|name| running(name)).collect(),
        ..Board::default()
    };
    let before = board(&["e/0001", "e/0003"]);
    let mut ui = Ui::new(&before);
    text(&before, &mut ui, 80, 10);
    ui.press(Key::Down);
    let after = board(&["e/0001", "e/0002", "e/0003"]);
    text(&after, &mut ui, 80, 10);
    ui.press(Key::Open);
    assert!(text(&after, &mut ui, 80, 10).starts_with("e/0003\n"));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let board = Board { sweeps: vec![sweep()], runs: vec![running("a/0001")], ..Board::default() };
    let colours = |coloured| {
        let backend = drawn(&board, &mut Ui::new(&board), 80, 24, coloured);
        backend.buffer().content().iter().filter(|cell| cell.fg != Color::Reset).count()
    };
    assert_eq!(colours(false), 0);
    assert!(colours(true) > 0);
}

#[test]
fn a_board_without_a_terminal() {
    let board = Board { sweeps: vec![sweep()], runs: vec![running("a/0001")], ..Board::default() };
    let expected = "\
e/0001: 1 completed, 1 queued, 1 running of 3 jobs
run       state    done    left    loss        best  epoch  samples/s  waits  cores   memory  data       overrides
e/0001/1  running   25%  12m30s  3.2100  top1 22.00    2.5        512     3%    1.9  1.0 GiB  synthetic  distill=1

run     state    done    left    loss        best  epoch  samples/s  waits  cores   memory  data
a/0001  running   25%  12m30s  3.2100  top1 22.00    2.5        512     3%    1.9  1.0 GiB  synthetic
";
    assert_eq!(once::text(&board, Style::Plain), expected);
}
