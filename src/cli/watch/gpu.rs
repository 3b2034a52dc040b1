//! How busy GPUs are, as `nvidia-smi` says where there is one.
//!
//! It is asked in a thread of its own, so that nobody waits for it, and not at all where it is not
//! installed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::files;

/// Between two questions.
const EVERY: Duration = Duration::from_secs(2);
/// How long the first answer is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
const FIELDS: &str = "--query-gpu=index,uuid,utilization.gpu,memory.used,memory.total";

/// One GPU at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gpu {
    index: usize,
    uuid: String,
    /// The share of the time in which it computed, in percent.
    pub busy_percent: Option<f64>,
    /// Memory in MiB, of all its processes.
    pub used_mib: Option<f64>,
    pub total_mib: Option<f64>,
}

impl Gpu {
    pub(super) fn json(&self) -> Value {
        json!({
            "index": self.index,
            "busy_percent": self.busy_percent,
            "memory_used_mib": self.used_mib,
            "memory_total_mib": self.total_mib,
        })
    }
}

/// The GPUs of this machine.
#[derive(Debug, Default)]
pub(super) struct Gpus {
    known: Vec<Gpu>,
    answer: Option<Receiver<Option<Vec<Gpu>>>>,
    asked: Option<Instant>,
    is_absent: bool,
}

impl Gpus {
    /// Takes in what was answered, and asks again when it is time. The first answer is waited for.
    pub(super) fn look(&mut self) {
        let is_first = self.asked.is_none();
        if self.answer.is_none()
            && !self.is_absent
            && self.asked.is_none_or(|at| at.elapsed() >= EVERY)
        {
            let (tell, answer) = channel();
            // Nobody may be there any more to hear it.
            thread::spawn(move || tell.send(ask()));
            (self.answer, self.asked) = (Some(answer), Some(Instant::now()));
        }
        let Some(answer) = &self.answer else { return };
        let patience = if is_first { PATIENCE } else { Duration::ZERO };
        if let Ok(heard) = answer.recv_timeout(patience) {
            self.answer = None;
            self.is_absent = heard.is_none();
            self.known = heard.unwrap_or_default();
        }
    }

    /// The GPU that a process of this machine computes on, by the name of its device.
    pub(super) fn of(&self, device: &str, pid: u32) -> Option<&Gpu> {
        let number: usize = device.rsplit_once("cuda:")?.1.parse().ok()?;
        let environment = files::read(Path::new(&format!("/proc/{pid}/environ")));
        let visible = environment.ok().and_then(|bytes| visible(&bytes));
        let name = match visible {
            Some(visible) => visible.split(',').nth(number)?.trim().to_owned(),
            None => number.to_string(),
        };
        self.known.iter().find(|gpu| gpu.index.to_string() == name || gpu.uuid.starts_with(&name))
    }
}

/// `CUDA_VISIBLE_DEVICES` of an environment as `/proc` has it.
fn visible(environment: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(environment);
    text.split('\0').find_map(|one| Some(one.strip_prefix("CUDA_VISIBLE_DEVICES=")?.to_owned()))
}

fn ask() -> Option<Vec<Gpu>> {
    let mut command = Command::new("nvidia-smi");
    command.args([FIELDS, "--format=csv,noheader,nounits"]).stdin(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(parse(&String::from_utf8_lossy(&output.stdout)))
}

/// A line a GPU; what it cannot say it calls `[N/A]`.
fn parse(text: &str) -> Vec<Gpu> {
    let gpu = |line: &str| {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [index, uuid, busy, used, total] = fields[..] else { return None };
        Some(Gpu {
            index: index.parse().ok()?,
            uuid: uuid.to_owned(),
            busy_percent: busy.parse().ok(),
            used_mib: used.parse().ok(),
            total_mib: total.parse().ok(),
        })
    };
    text.lines().filter_map(gpu).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "0, GPU-aa, 97, 1024, 81559\n1, GPU-bb, [N/A], 0, 81559\nno gpu\n";

    #[test]
    fn what_nvidia_smi_says() {
        let gpus = parse(SAID);
        assert_eq!(gpus.len(), 2);
        assert_eq!((gpus[0].busy_percent, gpus[0].used_mib), (Some(97.0), Some(1024.0)));
        assert_eq!((gpus[1].busy_percent, gpus[1].total_mib), (None, Some(81559.0)));
    }

    #[test]
    fn which_gpu_a_device_is() {
        let gpus = Gpus { known: parse(SAID), ..Gpus::default() };
        let index = |device| gpus.of(device, u32::MAX).map(|gpu| gpu.index);
        assert_eq!(index("libtorch:cuda:1"), Some(1));
        assert_eq!(index("cuda:0"), Some(0));
        assert_eq!((index("cuda:7"), index("flex"), index("libtorch")), (None, None, None));
        let environment = b"A=1\0CUDA_VISIBLE_DEVICES=3,GPU-bb\0B=2\0";
        assert_eq!(visible(environment).as_deref(), Some("3,GPU-bb"));
        assert_eq!(visible(b"A=1\0"), None);
    }
}
