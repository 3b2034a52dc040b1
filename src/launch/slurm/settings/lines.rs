//! The keys that Slurm alone has to know, as options of `sbatch`.

use serde_json::Value;

use super::{SettingFault, SlurmKeys};

/// Options that the job file sets itself; another value would keep it from working.
const OWN: [&str; 9] = [
    "array",
    "chdir",
    "error",
    "job-name",
    "no-requeue",
    "open-mode",
    "output",
    "parsable",
    "wrap",
];
/// What `--signal` of sbatch can hold.
const LONGEST_NOTICE: i64 = 65_535;
const MINUTES_A_DAY: i64 = 24 * 60;

/// Option and value; an option may stand alone.
pub(super) type Line = (String, Option<String>);

/// Processes on each node. AVT counts its GPUs, of which there may be none.
pub(super) fn tasks_per_node(keys: &SlurmKeys) -> u64 {
    let tasks = keys.tasks_per_node.unwrap_or(1).max(1);
    u64::try_from(tasks).unwrap_or(1)
}

pub(super) fn lines(keys: &SlurmKeys) -> Vec<Line> {
    let number = |number: &Option<i64>| number.filter(|n| *n > 0).map(|n| n.to_string());
    let wanted = [
        ("time", Some(time(keys.timeout_min))),
        ("nodes", Some(keys.nodes.to_string())),
        ("ntasks-per-node", Some(tasks_per_node(keys).to_string())),
        ("cpus-per-task", number(&keys.cpus_per_task)),
        ("cpus-per-gpu", number(&keys.cpus_per_gpu)),
        ("gpus-per-node", number(&keys.gpus_per_node)),
        ("gpus-per-task", number(&keys.gpus_per_task)),
        ("mem", number(&keys.mem_gb).map(|gb| format!("{gb}G"))),
    ];
    let texts = texts(keys).into_iter().filter(|(key, _)| *key != "name");
    let texts = texts.map(|(key, value)| (key, value.map(str::to_owned)));
    let given = wanted.into_iter().chain(texts).filter(|(_, value)| value.is_some());
    let given = given.map(|(key, value)| (key.replace('_', "-"), value));
    given.chain(keys.additional_parameters.iter().filter_map(additional)).collect()
}

/// `[days-]hours:minutes:seconds`
fn time(minutes: i64) -> String {
    let (days, rest) = (minutes / MINUTES_A_DAY, minutes % MINUTES_A_DAY);
    let days = if days > 0 { format!("{days}-") } else { String::new() };
    format!("{days}{:02}:{:02}:00", rest / 60, rest % 60)
}

fn additional((key, value): (&String, &Value)) -> Option<Line> {
    let option = key.replace('_', "-");
    match value {
        Value::Null | Value::Bool(false) | Value::Array(_) | Value::Object(_) => None,
        Value::Bool(true) => Some((option, None)),
        Value::String(text) => Some((option, Some(text.clone()))),
        Value::Number(number) => Some((option, Some(number.to_string()))),
    }
}

/// The keys that hold a text for Slurm.
fn texts(keys: &SlurmKeys) -> [(&'static str, Option<&str>); 10] {
    [
        ("mem_per_cpu", keys.mem_per_cpu.as_deref()),
        ("mem_per_gpu", keys.mem_per_gpu.as_deref()),
        ("gres", keys.gres.as_deref()),
        ("partition", keys.partition.as_deref()),
        ("qos", keys.qos.as_deref()),
        ("account", keys.account.as_deref()),
        ("constraint", keys.constraint.as_deref()),
        ("exclude", keys.exclude.as_deref()),
        ("comment", keys.comment.as_deref()),
        ("name", Some(&keys.name)),
    ]
}

/// Everything that is wrong with these keys.
pub(super) fn faults(keys: &SlurmKeys) -> Vec<SettingFault> {
    let mut faults = number_faults(keys);
    faults.extend(texts(keys).into_iter().filter_map(|(key, value)| text_fault(key, value?)));
    faults.extend(keys.additional_parameters.iter().filter_map(additional_fault));
    faults.extend(twice(keys));
    faults
}

fn number_faults(keys: &SlurmKeys) -> Vec<SettingFault> {
    let rows = [
        ("timeout_min", Some(keys.timeout_min), 1),
        ("nodes", Some(keys.nodes), 1),
        ("array_parallelism", Some(keys.array_parallelism), 1),
        ("cpus_per_task", keys.cpus_per_task, 1),
        ("mem_gb", keys.mem_gb, 1),
        ("signal_delay_s", Some(keys.signal_delay_s), 1),
        ("max_num_timeout", Some(keys.max_num_timeout), 0),
        ("gpus_per_node", keys.gpus_per_node, 0),
        ("tasks_per_node", keys.tasks_per_node, 0),
        ("cpus_per_gpu", keys.cpus_per_gpu, 0),
        ("gpus_per_task", keys.gpus_per_task, 0),
    ];
    let too_small = rows.into_iter().filter(|(_, value, least)| value.is_some_and(|v| v < *least));
    let mut faults: Vec<_> = too_small
        .map(|(key, _, least)| SettingFault::new(key, format!("expected a number from {least} on")))
        .collect();
    if keys.signal_delay_s > LONGEST_NOTICE {
        let problem = format!("Slurm takes at most {LONGEST_NOTICE} s");
        faults.push(SettingFault::new("signal_delay_s", problem));
    }
    faults
}

fn text_fault(key: &str, text: &str) -> Option<SettingFault> {
    let problem = match text {
        "" => "expected a text, or null for none",
        text if text.chars().any(char::is_control) => {
            "a job file cannot hold a line break or another control character here"
        }
        _ => return None,
    };
    Some(SettingFault::new(key, problem))
}

fn additional_fault((key, value): (&String, &Value)) -> Option<SettingFault> {
    let option = key.replace('_', "-");
    let is_option =
        option.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let key = format!("additional_parameters.{key}");
    let problem = match value {
        _ if OWN.contains(&option.as_str()) => "the job file sets this itself",
        _ if !is_option || option.is_empty() || option.starts_with('-') => {
            "expected the name of an option of sbatch, such as `mail-type`"
        }
        Value::Array(_) | Value::Object(_) => "expected a text, a number, true or null",
        Value::String(text) => return text_fault(&key, text),
        _ => return None,
    };
    Some(SettingFault::new(&key, problem))
}

/// What Slurm wants to hear in one way only.
fn twice(keys: &SlurmKeys) -> Option<SettingFault> {
    let memory = [
        ("mem_gb", keys.mem_gb.is_some()),
        ("mem_per_cpu", keys.mem_per_cpu.is_some()),
        ("mem_per_gpu", keys.mem_per_gpu.is_some()),
    ];
    let cores = [
        ("cpus_per_task", keys.cpus_per_task.is_some()),
        ("cpus_per_gpu", keys.cpus_per_gpu.is_some_and(|n| n > 0)),
    ];
    let second = |rows: &[(&'static str, bool)]| {
        let mut given = rows.iter().filter(|(_, is_given)| *is_given);
        let (first, second) = (given.next()?.0, given.next()?.0);
        let problem = format!("Slurm takes this or {first}: hydra.launcher.{first}=null");
        Some(SettingFault::new(second, problem))
    };
    second(&memory).or_else(|| second(&cores))
}
