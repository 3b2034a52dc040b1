//! Signals become a flag; the training loop asks for it before every step.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2};

use crate::files;
use crate::train::StopSignal;

/// Exit code of a process that is interrupted twice: nothing more is written.
const EXIT_INTERRUPTED: i32 = 130;

/// What asks a run to stop, by the names that `hydra.launcher.signal` knows: Ctrl-C, a terminal that
/// was closed, what is sent to whoever has to make room, and what clusters are told to send before a
/// time limit.
const SIGNALS: [(i32, &str); 5] =
    [(SIGINT, "INT"), (SIGHUP, "HUP"), (SIGTERM, "TERM"), (SIGUSR1, "USR1"), (SIGUSR2, "USR2")];

/// A request to stop, set by Ctrl-C, `SIGHUP`, `SIGTERM`, `SIGUSR1` or `SIGUSR2`.
#[derive(Clone, Debug, Default)]
pub struct StopFlag {
    is_set: Arc<AtomicBool>,
    /// Which of [`SIGNALS`] came.
    by: [Arc<AtomicBool>; SIGNALS.len()],
}

impl StopFlag {
    /// Installs the signal handlers. A second Ctrl-C ends the process at once; a signal that the caller
    /// has ignored for it, as `nohup` does, stays ignored.
    pub fn install() -> io::Result<Self> {
        let stop = Self::default();
        // Registered first, so that it sees the flag only from the second signal on.
        let flag = &stop.is_set;
        signal_hook::flag::register_conditional_shutdown(SIGINT, EXIT_INTERRUPTED, flag.clone())?;
        let ignored = ignored();
        let heard =
            SIGNALS.iter().zip(&stop.by).filter(|((signal, _), _)| !is_in(ignored, *signal));
        for ((signal, _), came) in heard {
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

/// The signals that this process was started to ignore, a bit each; none where the system does not say.
fn ignored() -> u64 {
    let status = files::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

fn is_in(mask: u64, signal: i32) -> bool {
    mask >> (signal - 1) & 1 == 1
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
    fn a_mask_has_a_bit_for_each_signal() {
        assert!(is_in(0x1, SIGHUP) && !is_in(0x1, SIGINT) && is_in(0x4002, SIGTERM));
    }

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
