//! Where a run happens: the git commit and Slurm's view of the job.

use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// State of the working tree a run was started from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Git {
    /// Full commit hash.
    pub commit: String,
    /// Whether tracked files differed from the commit.
    pub dirty: bool,
}

impl Git {
    /// Asks the `git` command about `directory`; `None` without git, repository or commit.
    pub fn probe(directory: &Path) -> Option<Self> {
        let commit = git(directory, &["rev-parse", "--verify", "HEAD"])?;
        let changes = git(directory, &["status", "--porcelain", "--untracked-files=no"])?;
        Some(Self { commit, dirty: !changes.is_empty() })
    }
}

fn git(directory: &Path, arguments: &[&str]) -> Option<String> {
    // Without optional locks a probe never disturbs a git command that runs beside it.
    let output = Command::new("git")
        .args(["--no-optional-locks", "-C"])
        .arg(directory)
        .args(arguments)
        .output()
        .ok()?;
    let text = output.status.success().then_some(output.stdout)?;
    Some(String::from_utf8(text).ok()?.trim().to_owned())
}

/// What Slurm says of the job, from its environment variables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slurm {
    /// `SLURM_JOB_ID`.
    pub job_id: u64,
    /// `SLURM_ARRAY_JOB_ID`.
    pub array_job_id: Option<u64>,
    /// `SLURM_ARRAY_TASK_ID`.
    pub array_task_id: Option<u64>,
    /// `SLURM_RESTART_COUNT`: requeues so far.
    pub restart_count: u64,
    /// `SLURM_PROCID`: rank of the process.
    pub rank: u64,
    /// `SLURM_NTASKS`: number of ranks.
    pub tasks: u64,
    /// `SLURM_JOB_NODELIST`.
    pub nodes: Option<String>,
    /// `SLURM_JOB_PARTITION`.
    pub partition: Option<String>,
}

impl Slurm {
    /// Reads the variables through `get`; `None` outside Slurm.
    pub fn from_env(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let number = |name: &str| get(name)?.parse::<u64>().ok();
        Some(Self {
            job_id: number("SLURM_JOB_ID")?,
            array_job_id: number("SLURM_ARRAY_JOB_ID"),
            array_task_id: number("SLURM_ARRAY_TASK_ID"),
            restart_count: number("SLURM_RESTART_COUNT").unwrap_or(0),
            rank: number("SLURM_PROCID").unwrap_or(0),
            tasks: number("SLURM_NTASKS").unwrap_or(1),
            nodes: get("SLURM_JOB_NODELIST"),
            partition: get("SLURM_JOB_PARTITION"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slurm_variables() {
        let get = |name: &str| match name {
            "SLURM_JOB_ID" => Some("17".to_owned()),
            "SLURM_ARRAY_TASK_ID" => Some("3".to_owned()),
            "SLURM_RESTART_COUNT" => Some("2".to_owned()),
            _ => None,
        };
        let slurm = Slurm::from_env(get).unwrap();
        assert_eq!((slurm.job_id, slurm.array_task_id, slurm.restart_count), (17, Some(3), 2));
        assert_eq!(Slurm::from_env(|_| None), None);
    }

    #[test]
    fn no_repository_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Git::probe(dir.path()), None);
        assert_eq!(Git::probe(Path::new("/nonexistent/directory")), None);
    }

    #[test]
    fn commit_and_dirty_flag() {
        let dir = tempfile::tempdir().unwrap();
        let run = |arguments: &[&str]| git(dir.path(), arguments);
        if run(&["init", "-q"]).is_none() {
            println!("skipped: no git command");
            return;
        }
        let file = dir.path().join("a");
        crate::files::write_atomic(&file, b"1").unwrap();
        run(&["add", "a"]).unwrap();
        run(&["-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "m"]).unwrap();
        let clean = Git::probe(dir.path()).unwrap();
        assert_eq!((clean.commit.len(), clean.dirty), (40, false));
        crate::files::write_atomic(&file, b"2").unwrap();
        assert!(Git::probe(dir.path()).unwrap().dirty);
    }
}
