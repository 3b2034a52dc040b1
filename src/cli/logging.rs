//! Where the tracing log goes: stderr for the person at the terminal, `runner.log` for the run.

use tracing::Level;
use tracing_subscriber::filter::{FilterExt, LevelFilter, dynamic_filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::experiment::{Drawing, FILE_ONLY, RunLog, Screen};

use super::snippet::{Style, is_drawn_on};

/// Installs the subscriber. `RUST_LOG` filters what stderr shows (default `info`); the run's file
/// has everything from `info` up.
pub fn install() -> RunLog {
    let not_here = format!("{FILE_ONLY}=off").parse().expect("a target and a level");
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env_lossy()
        .add_directive(not_here);
    let colours = Style::of_stderr() == Style::Colored;
    let drawing = match (is_drawn_on(&std::io::stderr()), colours) {
        (false, _) => Drawing::Lines,
        (true, false) => Drawing::Plain,
        (true, true) => Drawing::Coloured,
    };
    let screen = Screen::new(drawing);
    let run_log = RunLog::beside(screen.clone());
    let of_ranks = run_log.clone();
    let shown = dynamic_filter_fn(move |event, _| {
        *event.level() <= Level::WARN || of_ranks.shows_progress()
    });
    let stderr = fmt::layer()
        .with_writer(screen)
        .with_ansi(colours)
        .with_target(false)
        .without_time()
        .with_filter(filter.and(shown));
    let file = fmt::layer()
        .with_writer(run_log.clone())
        .with_ansi(false)
        .with_target(false)
        .with_filter(LevelFilter::INFO);
    tracing_subscriber::registry().with(stderr).with(file).init();
    run_log
}
