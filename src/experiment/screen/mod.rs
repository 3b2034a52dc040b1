//! stderr: the lines of the log and, on a terminal, a drawing below them of how far the work is.
//!
//! Decides when it is drawn, and that lines come out whole above it. What it looks like is `paint`'s
//! business, and how a terminal is redrawn is that of `indicatif`. Invariant: what is no terminal gets
//! lines and nothing else, and nobody who works waits for a drawing: a thread of its own draws it.

mod paint;
mod picture;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing_subscriber::fmt::MakeWriter;

pub(super) use picture::{Count, Part, Picture};

/// Between two drawings, which are at most so frequent.
const EVERY: Duration = Duration::from_millis(200);
const HERTZ: u8 = 10;
/// Assumed of a terminal that does not say.
const COLUMNS: usize = 80;

/// How stderr is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drawing {
    /// Lines alone.
    #[default]
    Lines,
    /// A drawing below them.
    Plain,
    /// A drawing in colours.
    Coloured,
}

/// stderr as all who write to it share it.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    drawing: Drawing,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    title: Option<String>,
    bar: Option<ProgressBar>,
}

impl Screen {
    /// One that is used so.
    pub fn new(drawing: Drawing) -> Self {
        Self { drawing, shared: Arc::default() }
    }

    /// Says which of several things the work is: `job 3 of 12`; `None` when it is the only one.
    pub fn entitle(&self, title: Option<String>) {
        self.lock().title = title;
    }

    /// Draws until what is returned is dropped; `None` where nothing is drawn.
    pub(super) fn draw(&self, picture: Picture) -> Option<Drawn> {
        if self.drawing == Drawing::Lines {
            return None;
        }
        let title = self.lock().title.clone();
        let picture = Arc::new(Mutex::new(Picture { title, ..picture }));
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(HERTZ));
        let (seen, coloured) = (picture.clone(), self.drawing == Drawing::Coloured);
        let style = ProgressStyle::with_template("{picture}").expect("a template of one key");
        let painted = move |_: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
            let picture = seen.lock().unwrap_or_else(PoisonError::into_inner);
            // What cannot be written is drawn the next time.
            let _ = out.write_str(&paint::paint(&picture, columns(), coloured, Instant::now()));
        };
        bar.set_style(style.with_key("picture", painted));
        bar.enable_steady_tick(EVERY);
        self.lock().bar = Some(bar.clone());
        Some(Drawn { picture, bar, screen: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The columns of the terminal behind stderr.
fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stderr());
    size.map_or(COLUMNS, |size| usize::from(size.ws_col)).max(1)
}

/// A drawing that is up; dropping it takes it down.
#[derive(Debug)]
pub(super) struct Drawn {
    picture: Arc<Mutex<Picture>>,
    bar: ProgressBar,
    screen: Screen,
}

impl Drawn {
    /// Changes what is drawn from now on.
    pub(super) fn change(&self, change: impl FnOnce(&mut Picture)) {
        change(&mut self.picture.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Drop for Drawn {
    fn drop(&mut self) {
        // First, so that no line comes between the drawing and its end.
        self.bar.finish_and_clear();
        self.screen.lock().bar = None;
    }
}

/// Writes one event of the log above the drawing.
pub struct AboveDrawing(Option<ProgressBar>);

impl Write for AboveDrawing {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        // Where nobody reads on (`runner ... 2>&1 | head`) the run goes on; its log has the line.
        let write = || {
            let _ = io::stderr().write_all(buf);
        };
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl<'a> MakeWriter<'a> for Screen {
    type Writer = AboveDrawing;

    fn make_writer(&'a self) -> Self::Writer {
        AboveDrawing(self.lock().bar.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_lines_are_wanted_nothing_is_drawn() {
        let screen = Screen::default();
        screen.entitle(Some("job 1 of 2".into()));
        assert!(screen.draw(Picture::default()).is_none());
        assert!(screen.make_writer().0.is_none());
    }

    #[test]
    fn a_drawing_is_there_until_it_is_dropped() {
        let screen = Screen::new(Drawing::Plain);
        screen.entitle(Some("job 1 of 2".into()));
        let drawn = screen.draw(Picture::default()).unwrap();
        assert!(screen.make_writer().0.is_some());
        drawn.change(|picture| assert_eq!(picture.title.as_deref(), Some("job 1 of 2")));
        drop(drawn);
        assert!(screen.make_writer().0.is_none());
    }
}
