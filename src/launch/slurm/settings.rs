//! What a launch on a cluster is told, checked.
//!
//! What only Slurm has to know becomes a line of the job file at once; what this program acts on
//! keeps its type. Decides which values are right; it does not know where they were written: a
//! [`SettingFault`] names the key, and the command line finds its place.

mod lines;

use std::path::PathBuf;
use std::time::Duration;

use super::SlurmKeys;

/// `hydra.launcher` of a job on a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct SlurmSettings {
    /// Whether the job file is submitted, or only written.
    pub submit: bool,
    /// Where numbered job files are written.
    pub jobs_dir: PathBuf,
    /// The job file by name instead.
    pub job_file: Option<PathBuf>,
    /// What tells a job that its time is up: one of [`SIGNALS`].
    pub signal: &'static str,
    /// How long before its end a job is told.
    pub notice: Duration,
    /// How long a job may take.
    pub limit: Duration,
    /// How often a job is put back into the queue after its time ran out.
    pub max_timeouts: u64,
    /// How many jobs of a sweep run at a time.
    pub parallelism: u64,
    /// Lines of the job file before the job.
    pub setup: Vec<String>,
    /// Arguments of srun.
    pub srun_args: Vec<String>,
    /// Name in the queue.
    pub name: String,
    /// Whether a job has several processes.
    pub has_ranks: bool,
    /// Further `--key` or `--key=value` of sbatch.
    pub(super) lines: Vec<(String, Option<String>)>,
}

/// The signals that a run listens to.
pub const SIGNALS: [&str; 3] = ["USR1", "USR2", "TERM"];

/// A value of `hydra.launcher` that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed to read hydra.launcher.{key}: {problem}")]
pub struct SettingFault {
    /// The key below `hydra.launcher`.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
    /// Values that would be right, where they can be listed.
    pub expected: Vec<String>,
}

impl SettingFault {
    fn new(key: &str, problem: impl Into<String>) -> Self {
        Self { key: key.to_owned(), problem: problem.into(), expected: Vec::new() }
    }
}

impl SlurmSettings {
    /// Checks what was written.
    ///
    /// # Errors
    /// Every value that is wrong.
    pub fn new(keys: &SlurmKeys) -> Result<Self, Vec<SettingFault>> {
        let mut faults = lines::faults(keys);
        let signal = signal(&keys.signal).map_err(|fault| faults.push(fault)).unwrap_or_default();
        faults.extend(notice_fault(keys));
        let whole = |number: i64| u64::try_from(number).unwrap_or_default();
        let settings = Self {
            submit: keys.submit,
            jobs_dir: keys.jobs_dir.clone(),
            job_file: keys.job_file.clone(),
            signal,
            notice: Duration::from_secs(whole(keys.signal_delay_s)),
            limit: Duration::from_secs(whole(keys.timeout_min) * 60),
            max_timeouts: whole(keys.max_num_timeout),
            parallelism: whole(keys.array_parallelism),
            setup: keys.setup.clone().unwrap_or_default(),
            srun_args: keys.srun_args.clone().unwrap_or_default(),
            name: keys.name.clone(),
            has_ranks: whole(keys.nodes) * lines::tasks_per_node(keys) > 1,
            lines: lines::lines(keys),
        };
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }
}

fn signal(text: &str) -> Result<&'static str, SettingFault> {
    let name = text.to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    SIGNALS.into_iter().find(|known| *known == name).ok_or_else(|| SettingFault {
        expected: SIGNALS.map(str::to_owned).to_vec(),
        ..SettingFault::new("signal", format!("a run does not listen to `{text}`"))
    })
}

/// A job that is told before it starts would never do anything.
fn notice_fault(keys: &SlurmKeys) -> Option<SettingFault> {
    let seconds = keys.timeout_min.saturating_mul(60);
    let problem = format!(
        "{} s before its end is no time within a job of {seconds} s (timeout_min)",
        keys.signal_delay_s
    );
    let is_wrong = keys.timeout_min > 0 && keys.signal_delay_s >= seconds;
    is_wrong.then(|| SettingFault::new("signal_delay_s", problem))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(value: serde_json::Value) -> SlurmKeys {
        serde_json::from_value(value).unwrap()
    }

    fn lines(value: serde_json::Value) -> Vec<String> {
        let settings = SlurmSettings::new(&keys(value)).unwrap();
        let line = |(key, value): (String, Option<String>)| match value {
            Some(value) => format!("{key}={value}"),
            None => key,
        };
        settings.lines.into_iter().map(line).collect()
    }

    fn faults(value: serde_json::Value) -> Vec<(String, String)> {
        let faults = SlurmSettings::new(&keys(value)).unwrap_err();
        faults.into_iter().map(|fault| (fault.key, fault.problem)).collect()
    }

    #[test]
    fn what_is_asked_for_becomes_lines() {
        let asked = json!({
            "timeout_min": 2890, "nodes": 2, "tasks_per_node": 2, "cpus_per_task": 10, "mem_gb": 64,
            "gpus_per_node": 2, "partition": "gpu", "qos": "high", "account": "a", "constraint": "volta",
            "gres": "gpu:2", "exclude": "n[1-2]", "comment": "for you", "gpus_per_task": 1,
            "additional_parameters": {"mail_type": "END", "exclusive": true, "nice": 5, "x": null, "hold": false},
        });
        let expected = [
            "time=2-00:10:00",
            "nodes=2",
            "ntasks-per-node=2",
            "cpus-per-task=10",
            "gpus-per-node=2",
            "gpus-per-task=1",
            "mem=64G",
            "gres=gpu:2",
            "partition=gpu",
            "qos=high",
            "account=a",
            "constraint=volta",
            "exclude=n[1-2]",
            "comment=for you",
            "exclusive",
            "mail-type=END",
            "nice=5",
        ];
        assert_eq!(lines(asked), expected);
    }

    #[test]
    fn without_gpus_there_is_one_process_a_node() {
        let asked = json!({"gpus_per_node": 0, "tasks_per_node": 0, "timeout_min": 5});
        assert_eq!(lines(asked), ["time=00:05:00", "nodes=1", "ntasks-per-node=1"]);
    }

    #[test]
    fn signals_have_names() {
        for text in ["USR1", "usr1", "SIGUSR1"] {
            let settings = SlurmSettings::new(&keys(json!({"signal": text}))).unwrap();
            assert_eq!(settings.signal, "USR1");
        }
        for text in ["", "KILL", "10", "USR1@3\n"] {
            let fault = SlurmSettings::new(&keys(json!({"signal": text}))).unwrap_err().remove(0);
            assert_eq!((fault.key.as_str(), fault.expected.len()), ("signal", 3), "{text:?}");
        }
    }

    #[test]
    fn values_that_are_none() {
        for (id, value, key) in [
            ("no time", json!({"timeout_min": 0}), "timeout_min"),
            ("negative", json!({"nodes": -1}), "nodes"),
            ("no cores", json!({"cpus_per_task": 0}), "cpus_per_task"),
            ("none at a time", json!({"array_parallelism": 0}), "array_parallelism"),
            ("negative", json!({"max_num_timeout": -1}), "max_num_timeout"),
            ("told before it starts", json!({"timeout_min": 2}), "signal_delay_s"),
            ("a line of its own", json!({"comment": "a\n#SBATCH --hold"}), "comment"),
            ("a line of its own", json!({"name": "a\nb"}), "name"),
            ("nothing", json!({"partition": ""}), "partition"),
            ("memory twice", json!({"mem_gb": 1, "mem_per_cpu": "1G"}), "mem_per_cpu"),
            ("cores twice", json!({"cpus_per_gpu": 1, "cpus_per_task": 1}), "cpus_per_gpu"),
            (
                "the program's own",
                json!({"additional_parameters": {"output": "x"}}),
                "additional_parameters.output",
            ),
            ("a list", json!({"additional_parameters": {"x": [1]}}), "additional_parameters.x"),
            (
                "no option",
                json!({"additional_parameters": {"a b": 1}}),
                "additional_parameters.a b",
            ),
            (
                "two lines",
                json!({"additional_parameters": {"x": "a\nb"}}),
                "additional_parameters.x",
            ),
        ] {
            let found = faults(value);
            assert_eq!(found.len(), 1, "{id}: {found:?}");
            assert_eq!(found[0].0, key, "{id}");
        }
    }

    #[test]
    fn a_key_that_nobody_knows_is_refused() {
        let unknown = serde_json::from_value::<SlurmKeys>(json!({"timeout": 5}));
        assert!(unknown.unwrap_err().to_string().contains("`timeout`"));
    }
}
