//! Signals become a flag; the training loop asks for it before every step.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1, SIGUSR2};

use crate::train::StopSignal;

/// Exit code of a process that is interrupted twice: nothing more is written.
const EXIT_INTERRUPTED: i32 = 130;

/// What asks a run to stop, by the names that `hydra.launcher.signal` knows: Ctrl-C, what is sent to
/// whoever has to make room, and what clusters are told to send before a time limit.
const SIGNALS: [(i32, &str); 4] =
    [(SIGINT, "INT"), (SIGTERM, "TERM"), (SIGUSR1, "USR1"), (SIGUSR2, "USR2")];

/// A request to stop, set by Ctrl-C, `SIGTERM`, `SIGUSR1` or `SIGUSR2`.
#[derive(Clone, Debug, Default)]
pub struct StopFlag {
    is_set: Arc<AtomicBool>,
    /// Which of [`SIGNALS`] came.
    by: [Arc<AtomicBool>; SIGNALS.len()],
}

impl StopFlag {
    /// Installs the signal handlers. A second Ctrl-C ends the process at once.
    pub fn install() -> io::Result<Self> {
        let stop = Self::default();
        // Registered first, so that it sees the flag only from the second signal on.
        let flag = &stop.is_set;
        signal_hook::flag::register_conditional_shutdown(SIGINT, EXIT_INTERRUPTED, flag.clone())?;
        for ((signal, _), came) in SIGNALS.iter().zip(&stop.by) {
            // Which one is known once it is seen that there is one.
            signal_hook::flag::register(*signal, came.clone())?;
            signal_hook::flag::register(*signal, flag.clone())?;
        }
        Ok(stop)
    }

    /// The names of the signals that came: `TERM`, `USR1`, ...
    pub fn received(&self) -> Vec<&'static str> {
        let came = SIGNALS.iter().zip(&self.by).filter(|(_, came)| came.load(Ordering::Relaxed));
        came.map(|((_, name), _)| *name).collect()
    }
}

impl StopSignal for StopFlag {
    fn stop_requested(&self) -> bool {
        self.is_set.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signal_stops_and_is_remembered() {
        let stop = StopFlag::install().unwrap();
        assert!(!stop.stop_requested() && stop.received().is_empty());
        signal_hook::low_level::raise(SIGUSR2).unwrap();
        assert!(stop.stop_requested());
        assert_eq!(stop.received(), ["USR2"]);
        signal_hook::low_level::raise(SIGTERM).unwrap();
        assert_eq!(stop.received(), ["TERM", "USR2"]);
    }
}
