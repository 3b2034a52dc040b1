//! The types that Hydra declares for its own node; see [`Ty`] for what they accept.

use crate::config::key;
use crate::config::node::Node;
use crate::config::types::{Leaf, Null, Ty};

const STR: Ty = Ty::Leaf(Leaf::Str, Null::Refused);
const OPT_STR: Ty = Ty::Leaf(Leaf::Str, Null::Allowed);
const INT: Ty = Ty::Leaf(Leaf::Int, Null::Refused);
const OPT_INT: Ty = Ty::Leaf(Leaf::Int, Null::Allowed);
const BOOL: Ty = Ty::Leaf(Leaf::Bool, Null::Refused);
const OPT_BOOL: Ty = Ty::Leaf(Leaf::Bool, Null::Allowed);
const MODE: Ty = Ty::Leaf(Leaf::Mode, Null::Allowed);
const ANY: Ty = Ty::Dict(&Ty::Any, Null::Refused);
const STRS: Ty = Ty::List(&STR, Null::Refused);

pub(super) type Table = &'static [(&'static str, Ty)];

pub(super) const HYDRA: Table = &[
    ("", Ty::Struct("HydraConf")),
    ("mode", MODE),
    ("searchpath", STRS),
    ("run", Ty::Struct("RunDir")),
    ("run.dir", STR),
    ("sweep", Ty::Struct("SweepDir")),
    ("sweep.dir", STR),
    ("sweep.subdir", STR),
    ("hydra_logging", ANY),
    ("job_logging", ANY),
    ("callbacks", ANY),
    ("help", Ty::Struct("HelpConf")),
    ("help.app_name", STR),
    ("help.header", STR),
    ("help.footer", STR),
    ("help.template", STR),
    ("hydra_help", Ty::Struct("HydraHelpConf")),
    ("hydra_help.hydra_help", STR),
    ("hydra_help.template", STR),
    ("output_subdir", OPT_STR),
    ("overrides", Ty::Struct("OverridesConf")),
    ("overrides.hydra", STRS),
    ("overrides.task", STRS),
    ("job", Ty::Struct("JobConf")),
    ("job.name", STR),
    ("job.chdir", OPT_BOOL),
    ("job.override_dirname", STR),
    ("job.id", STR),
    ("job.num", INT),
    ("job.config_name", OPT_STR),
    ("job.env_set", Ty::Dict(&STR, Null::Refused)),
    ("job.env_copy", STRS),
    ("job.config", Ty::Struct("JobConfig")),
    ("job.config.override_dirname", Ty::Struct("OverrideDirname")),
    ("job.config.override_dirname.kv_sep", STR),
    ("job.config.override_dirname.item_sep", STR),
    ("job.config.override_dirname.exclude_keys", STRS),
    ("runtime", Ty::Struct("RuntimeConf")),
    ("runtime.version", STR),
    ("runtime.version_base", STR),
    ("runtime.cwd", STR),
    ("runtime.output_dir", STR),
    ("runtime.choices", ANY),
];

const BASIC_LAUNCHER: Table = &[("", Ty::Struct("BasicLauncherConf")), ("_target_", STR)];

const BASIC_SWEEPER: Table = &[
    ("", Ty::Struct("BasicSweeperConf")),
    ("_target_", STR),
    ("max_batch_size", OPT_INT),
    ("params", Ty::Dict(&STR, Null::Allowed)),
];

const QUEUE: Table = &[
    ("submitit_folder", STR),
    ("timeout_min", INT),
    ("cpus_per_task", OPT_INT),
    ("gpus_per_node", OPT_INT),
    ("tasks_per_node", OPT_INT),
    ("mem_gb", OPT_INT),
    ("nodes", INT),
    ("name", STR),
    ("stderr_to_stdout", BOOL),
    ("_target_", STR),
];

const SLURM: Table = &[
    ("", Ty::Struct("SlurmQueueConf")),
    ("partition", OPT_STR),
    ("qos", OPT_STR),
    ("comment", OPT_STR),
    ("constraint", OPT_STR),
    ("exclude", OPT_STR),
    ("gres", OPT_STR),
    ("cpus_per_gpu", OPT_INT),
    ("gpus_per_task", OPT_INT),
    ("mem_per_gpu", OPT_STR),
    ("mem_per_cpu", OPT_STR),
    ("account", OPT_STR),
    ("signal_delay_s", INT),
    ("max_num_timeout", INT),
    ("additional_parameters", ANY),
    ("array_parallelism", INT),
    ("setup", Ty::List(&STR, Null::Allowed)),
];

const LOCAL: Table = &[("", Ty::Struct("LocalQueueConf"))];

/// Marks the nodes of a built-in config with their types.
pub(super) fn declare(config: &str, node: &mut Node) {
    let tables: &[Table] = match config {
        "hydra/config" => &[HYDRA],
        "hydra/launcher/basic" => &[BASIC_LAUNCHER],
        "hydra/sweeper/basic" => &[BASIC_SWEEPER],
        "hydra/launcher/submitit_slurm" => &[QUEUE, SLURM],
        "hydra/launcher/submitit_local" => &[QUEUE, LOCAL],
        _ => &[],
    };
    for (path, ty) in tables.iter().copied().flatten() {
        let place = if path.is_empty() { Some(&mut *node) } else { node.at_mut(&key::split(path)) };
        if let Some(place) = place {
            place.ty = *ty;
        }
    }
}
