//! Signals become a flag; the training loop asks for it before every step.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};

use crate::train::StopSignal;

/// Exit code of a process that is interrupted twice: nothing more is written.
const EXIT_INTERRUPTED: i32 = 130;

/// A request to stop, set by Ctrl-C, `SIGTERM` or `SIGUSR1` (what clusters send before a time limit).
#[derive(Clone, Debug, Default)]
pub struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// Installs the signal handlers. A second Ctrl-C ends the process at once.
    pub fn install() -> io::Result<Self> {
        let flag = Self::default();
        // Registered first, so that it sees the flag only from the second signal on.
        signal_hook::flag::register_conditional_shutdown(SIGINT, EXIT_INTERRUPTED, flag.0.clone())?;
        for signal in [SIGINT, SIGTERM, SIGUSR1] {
            signal_hook::flag::register(signal, flag.0.clone())?;
        }
        Ok(flag)
    }
}

impl StopSignal for StopFlag {
    fn stop_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
