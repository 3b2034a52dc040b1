//! What ends a worker whose launcher is gone without a word, as after `kill -9`.
//!
//! A worker's standard input is a pipe of which the launcher holds the other end and into which
//! nobody writes. The system closes it with the launcher, however that ends; the worker then sends
//! itself `SIGTERM`, which is what it gets from a launcher that has time for it: it writes a
//! checkpoint and ends. A variable says that standard input is such a pipe, as there is none below a
//! terminal or a cluster's script.

use std::env;
use std::io::{self, ErrorKind, Read};
use std::process::{Child, Command, Stdio};
use std::thread;

use rustix::process::{Signal, getpid, kill_process};

/// Set for a process whose standard input is a leash.
const VARIABLE: &str = "RUNNER_LEASH";
const STDIN: &str = "stdin";

/// Puts the process that `command` is going to start on a leash; it is held as long as its
/// [`Child`] is, unless somebody takes its standard input.
pub(super) fn put_on(command: &mut Command) {
    command.env(VARIABLE, STDIN).stdin(Stdio::piped());
}

/// Lets go, so that a worker that does not listen to signals may still listen to this.
pub(super) fn let_go(child: &mut Child) {
    drop(child.stdin.take());
}

/// Ends this process as `SIGTERM` does once the launcher that started it is gone; for a process
/// that no launcher started it does nothing. To be called first of all.
pub fn heed_leash() {
    if env::var_os(VARIABLE).is_some_and(|value| value == STDIN) {
        thread::spawn(|| {
            wait_for_the_end(&mut io::stdin().lock());
            // Nothing to be done where it fails: there is always permission to signal oneself.
            let _ = kill_process(getpid(), Signal::TERM);
        });
    }
}

fn wait_for_the_end(leash: &mut impl Read) {
    let mut bytes = [0; 64];
    loop {
        match leash.read(&mut bytes) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::time::Duration;

    use super::*;

    /// The process ends, so the test runs itself in a child.
    #[test]
    fn whoever_heeds_ends_when_it_is_let_go() {
        const IN_CHILD: &str = "RUNNER_TEST_LEASH";
        if env::var_os(IN_CHILD).is_some() {
            heed_leash();
            thread::sleep(Duration::from_secs(60));
            return;
        }
        let name = "launch::local::leash::tests::whoever_heeds_ends_when_it_is_let_go";
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", name]).env(IN_CHILD, "1").stdout(Stdio::null());
        put_on(&mut command);
        let mut child = command.spawn().unwrap();
        thread::sleep(Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none(), "it ended though it was held");
        let_go(&mut child);
        assert_eq!(child.wait().unwrap().signal(), Some(15));
    }
}
