//! The terminal while it is drawn on: taken, kept up to date, and given back as it was.
//!
//! One thread looks at files, this one draws and hears keys, so that a slow disk or cluster never makes
//! keys wait. Invariant: however it ends, a panic and a signal included, the terminal is as before.

use std::io::{self, Stdout};
use std::panic;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TrySendError, channel, sync_channel};
use std::thread;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::crossterm::{cursor, execute};

use crate::experiment::StopFlag;
use crate::train::StopSignal;

use super::super::failure::{Failure, exit};
use super::super::snippet::Style;
use super::source::{Board, Source};
use super::view::{Key, Ui, draw};

/// How long keys, and signals, wait to be heard at most.
const PAUSE: Duration = Duration::from_millis(50);

/// Draws until somebody has seen enough.
///
/// # Errors
/// A terminal that cannot be drawn on; what keeps the first look from being taken.
pub(super) fn run(
    mut source: Source,
    interval: Duration,
    style: Style,
) -> Result<ExitCode, Failure> {
    let first = source.look()?;
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let (boards, enough) = looking(source, interval);
    let ended = {
        let _taken = Taken::take().map_err(failed)?;
        follow(first, &boards, &stop, style).map_err(failed)
    };
    drop(enough);
    ended
}

fn failed(error: io::Error) -> Failure {
    Failure::failed(format_args!("failed to draw on the terminal: {error}"))
}

/// Looks again and again until the sender is dropped. While a terminal stands still, as after Ctrl-S,
/// what is seen is forgotten.
fn looking(mut source: Source, interval: Duration) -> (Receiver<Board>, Sender<()>) {
    let (tell, boards) = sync_channel(1);
    let (enough, asked) = channel::<()>();
    thread::spawn(move || {
        let mut last = Board::default();
        while asked.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
            match source.look() {
                Ok(board) => last = board,
                Err(failure) => last.problem = Some(failure.to_string()),
            }
            if let Err(TrySendError::Disconnected(_)) = tell.try_send(last.clone()) {
                return;
            }
        }
    });
    (boards, enough)
}

fn follow(
    mut board: Board,
    boards: &Receiver<Board>,
    stop: &StopFlag,
    style: Style,
) -> io::Result<ExitCode> {
    let mut terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
    let mut ui = Ui::new(&board);
    let mut is_drawn = false;
    loop {
        if !is_drawn {
            terminal.draw(|frame| draw(frame, &board, &mut ui, style == Style::Colored))?;
            is_drawn = true;
        }
        if stop.stop_requested() {
            return Ok(ExitCode::from(exit::INTERRUPTED));
        }
        if event::poll(PAUSE)? {
            is_drawn = false;
            match event::read()? {
                Event::Key(key) if is_interrupt(key) => {
                    return Ok(ExitCode::from(exit::INTERRUPTED));
                }
                Event::Key(KeyEvent { code: KeyCode::Char('q'), .. }) => {
                    return Ok(ExitCode::SUCCESS);
                }
                Event::Key(key) => known(key).into_iter().for_each(|key| ui.press(key)),
                _ => {}
            }
        }
        if let Some(newest) = boards.try_iter().last() {
            (board, is_drawn) = (newest, false);
        }
    }
}

fn is_interrupt(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

fn known(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    Some(match key.code {
        KeyCode::Up | KeyCode::Char('k') => Key::Up,
        KeyCode::Down | KeyCode::Char('j') => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter | KeyCode::Right => Key::Open,
        KeyCode::Esc | KeyCode::Left | KeyCode::Backspace => Key::Back,
        KeyCode::Char('?') => Key::Help,
        _ => return None,
    })
}

/// The terminal, taken; dropping it gives it back.
struct Taken;

impl Taken {
    fn take() -> io::Result<Self> {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
        enable_raw_mode()?;
        let taken = Self;
        execute!(io::stdout(), EnterAlternateScreen, cursor::Hide)?;
        Ok(taken)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

/// Does what it can; a terminal that is gone needs nothing.
fn give_back() {
    let out: &mut Stdout = &mut io::stdout();
    let _ = execute!(out, cursor::Show, LeaveAlternateScreen);
    let _ = disable_raw_mode();
}
