//! The view on a terminal: what is shown of a board, and what keys do.
//!
//! Decides what is on the screen as lines of text, for a width and a height. It knows no terminal and
//! reads no file, so that every screen can be looked at in a test.

mod detail;
mod table;
mod ui;
pub(super) mod words;

use ratatui::Frame;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::source::Board;

use ui::Place;
pub(super) use ui::{Key, Ui};

/// Lines around the body: what is watched above, keys below.
const AROUND: usize = 2;
const KEYS: &str = "q quit  ↑↓ choose  enter open  esc back  ? help";
const HELP: [&str; 9] = [
    "q, Ctrl-C        quit",
    "↑ ↓, k j         choose a run, a sweep or a job; in a run scroll",
    "PageUp PageDown  ten at once",
    "Home End         the first, the last",
    "enter, →         open it",
    "esc, ←           back",
    "?                this help",
    "",
    "waits: the share of the time in which steps waited for data.",
];

/// One line of the screen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    text: String,
    look: Look,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Look {
    #[default]
    Plain,
    Bold,
    Dim,
    /// It is what enter opens.
    Chosen,
    Good,
    Bad,
    Busy,
}

impl Text {
    fn new(text: impl Into<String>, look: Look) -> Self {
        Self { text: text.into(), look }
    }

    fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Look::Plain)
    }
}

impl Look {
    /// The look of a state's word.
    fn of(state: &str) -> Self {
        match state {
            "running" => Self::Busy,
            "completed" => Self::Good,
            "failed" | "broken" | "stale" | "removed" => Self::Bad,
            _ => Self::Plain,
        }
    }

    fn style(self, coloured: bool) -> Style {
        let colour = |colour| if coloured { Style::new().fg(colour) } else { Style::new() };
        match self {
            Self::Plain => Style::new(),
            Self::Bold => Style::new().add_modifier(Modifier::BOLD),
            Self::Dim => Style::new().add_modifier(Modifier::DIM),
            Self::Chosen => Style::new().add_modifier(Modifier::REVERSED),
            Self::Good => colour(Color::Green),
            Self::Bad => colour(Color::Red),
            Self::Busy => colour(Color::Cyan),
        }
    }
}

/// Draws a board as it is looked at.
pub(super) fn draw(frame: &mut Frame, board: &Board, ui: &mut Ui, coloured: bool) {
    let area = frame.area();
    let lines = screen(board, ui, usize::from(area.width), usize::from(area.height));
    let lines = lines.into_iter().map(|one| Line::styled(one.text, one.look.style(coloured)));
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), area);
}

/// The lines of the screen, as many as it is high.
pub(super) fn screen(board: &Board, ui: &mut Ui, width: usize, height: usize) -> Vec<Text> {
    ui.settle(board);
    let room = height.saturating_sub(AROUND);
    let body = match (ui.is_helping, ui.place()) {
        (true, _) => HELP.into_iter().map(Text::plain).collect(),
        (false, Place::Board) => overview(board, ui, width, room),
        (false, Place::Sweep(name)) => sweep(board, &name, ui, width, room),
        (false, Place::Run(name)) => run(board, &name, ui, width, room),
    };
    let mut lines = vec![Text::new(table::cut(&head(board, ui), width), Look::Bold)];
    lines.extend(body.into_iter().take(room));
    lines.resize(height.saturating_sub(1).max(1), Text::plain(""));
    lines.push(match &board.problem {
        Some(problem) => Text::new(table::cut(problem, width), Look::Bad),
        None => Text::new(table::cut(KEYS, width), Look::Dim),
    });
    lines.truncate(height);
    lines
}

fn head(board: &Board, ui: &Ui) -> String {
    match ui.place() {
        Place::Board => {
            let running = board.runs.iter().filter(|run| run.state == "running").count();
            format!("{running} runs and {} sweeps", board.sweeps.len())
        }
        Place::Sweep(name) => match board.sweeps.iter().find(|sweep| sweep.name == name) {
            Some(sweep) => format!("{name}  {}  {}", sweep.launcher, words::counts(sweep)),
            None => name,
        },
        Place::Run(name) => name,
    }
}

/// Sweeps, a line each, and then runs.
fn overview(board: &Board, ui: &mut Ui, width: usize, room: usize) -> Vec<Text> {
    if board.sweeps.is_empty() && board.runs.is_empty() {
        let nothing =
            "Nothing runs. What is started now appears here; `runner runs list` shows the rest.";
        return vec![Text::plain(""), Text::plain(table::cut(nothing, width))];
    }
    let mut lines: Vec<(Text, bool)> = Vec::new();
    for sweep in &board.sweeps {
        let text = format!("{}  {}", sweep.name, words::counts(sweep));
        lines.push((Text::new(table::cut(&text, width), Look::Bold), true));
    }
    if !board.runs.is_empty() {
        let rows: Vec<_> = board.runs.iter().map(|run| words::columns(run, "")).collect();
        let states = board.runs.iter().map(|run| run.state.as_str());
        lines.extend(listed(&rows, states, width));
    }
    chosen(lines, ui, room)
}

fn sweep(board: &Board, name: &str, ui: &mut Ui, width: usize, room: usize) -> Vec<Text> {
    let Some(sweep) = board.sweeps.iter().find(|sweep| sweep.name == name) else {
        return vec![Text::plain("It is gone.")];
    };
    let rows: Vec<_> = sweep
        .jobs
        .iter()
        .map(|job| {
            let mut row = words::columns(&job.seen, &job.overrides);
            row[0] = job.number.to_string();
            row
        })
        .collect();
    let states = sweep.jobs.iter().map(|job| job.seen.state.as_str());
    let lines = listed(&rows, states, width);
    // The chosen job below the table, where both have room.
    let below = if room >= 16 { room / 2 } else { 0 };
    let mut shown = chosen(lines, ui, room - below);
    if let (true, Some(job)) = (below > 0, sweep.jobs.get(ui.cursor())) {
        shown.resize(room - below, Text::plain(""));
        shown.push(Text::new("─".repeat(width), Look::Dim));
        shown.extend(detail::lines(&job.seen, width).into_iter().take(below - 1));
    }
    shown
}

fn run(board: &Board, name: &str, ui: &mut Ui, width: usize, room: usize) -> Vec<Text> {
    let jobs = board.sweeps.iter().flat_map(|sweep| &sweep.jobs).map(|job| &job.seen);
    let Some(seen) = board.runs.iter().chain(jobs).find(|seen| seen.name == name) else {
        return vec![Text::plain("It is gone.")];
    };
    let lines = detail::lines(seen, width);
    let first = ui.scrolled(lines.len().saturating_sub(room));
    lines.into_iter().skip(first).collect()
}

/// A table under its header, whose rows can be chosen.
fn listed<'s>(
    rows: &[Vec<String>],
    states: impl Iterator<Item = &'s str>,
    width: usize,
) -> Vec<(Text, bool)> {
    let mut lines = table::lines(&words::HEADS, rows, width, words::TEXTS_FROM).into_iter();
    let head = lines.next().map(|line| (Text::new(line, Look::Dim), false));
    let rows = lines.zip(states).map(|(line, state)| (Text::new(line, Look::of(state)), true));
    head.into_iter().chain(rows).collect()
}

/// As many lines as there is room for, with the chosen one among them.
fn chosen(mut lines: Vec<(Text, bool)>, ui: &Ui, room: usize) -> Vec<Text> {
    let mut of_choice = lines.iter().enumerate().filter(|(_, (_, can_be))| *can_be);
    let at = of_choice.nth(ui.cursor()).map_or(0, |(at, _)| at);
    if let Some((text, true)) = lines.get_mut(at) {
        text.look = Look::Chosen;
    }
    // The header stays in sight as long as the first rows do.
    let first = (at + 1).saturating_sub(room.max(1));
    lines.into_iter().skip(first).take(room).map(|(text, _)| text).collect()
}
