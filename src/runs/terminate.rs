//! Asking another process to stop, and no other one.

use std::io;

use rustix::process::{Pid, Signal};

use super::{Liveness, ProcessStamp};

impl ProcessStamp {
    /// Sends `SIGTERM` to the process, if it runs on this machine; says whether it was sent.
    ///
    /// A process that has since got the same number is never meant: the process is held first and
    /// looked at then.
    ///
    /// # Errors
    /// Where the process belongs to somebody else.
    pub fn terminate(&self) -> io::Result<bool> {
        let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) else {
            return Ok(false);
        };
        match self.signal(pid) {
            Err(rustix::io::Errno::SRCH) => Ok(false),
            other => Ok(other?),
        }
    }

    #[cfg(target_os = "linux")]
    fn signal(&self, pid: Pid) -> rustix::io::Result<bool> {
        use rustix::process::{PidfdFlags, pidfd_open, pidfd_send_signal};
        if self.liveness() != Liveness::Alive {
            return Ok(false);
        }
        let held = pidfd_open(pid, PidfdFlags::empty())?;
        if self.liveness() != Liveness::Alive {
            return Ok(false);
        }
        pidfd_send_signal(held, Signal::TERM)?;
        Ok(true)
    }

    #[cfg(not(target_os = "linux"))]
    fn signal(&self, pid: Pid) -> rustix::io::Result<bool> {
        if self.liveness() != Liveness::Alive {
            return Ok(false);
        }
        rustix::process::kill_process(pid, Signal::TERM)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Child, Command};

    use super::*;

    fn sleeper() -> (Child, ProcessStamp) {
        let child = Command::new("sleep").arg("60").spawn().unwrap();
        let stamp = ProcessStamp::of(child.id());
        (child, stamp)
    }

    #[test]
    fn the_process_is_stopped() {
        let (mut child, stamp) = sleeper();
        assert!(stamp.terminate().unwrap());
        assert_eq!(child.wait().unwrap().signal(), Some(15));
        assert!(!stamp.terminate().unwrap());
    }

    #[test]
    fn no_other_process_is_meant() {
        let (mut child, stamp) = sleeper();
        let elsewhere = ProcessStamp { host: "elsewhere".into(), ..stamp.clone() };
        let recycled = ProcessStamp { ticks: Some(1), ..stamp.clone() };
        let rebooted = ProcessStamp { boot: Some("other".into()), ..stamp.clone() };
        for other in [elsewhere, recycled, rebooted] {
            assert!(!other.terminate().unwrap());
        }
        assert!(child.try_wait().unwrap().is_none(), "it was left alone");
        assert!(stamp.terminate().unwrap());
        child.wait().unwrap();
    }
}
