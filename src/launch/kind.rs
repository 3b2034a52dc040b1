//! Which launcher a name of `hydra/launcher` stands for.

use super::LaunchError;

/// The launchers. `serial` is `basic` with room in its config for what a job on a cluster would ask
/// for; the names of submitit stand for this program's own, so that AVT's files compose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LauncherKind {
    /// One job after the other, in the launching process.
    Basic,
    /// Worker processes on this machine.
    Local,
    /// A job array of a cluster.
    Slurm,
}

/// Every name with its launcher.
const NAMES: [(&str, LauncherKind); 6] = [
    ("basic", LauncherKind::Basic),
    ("serial", LauncherKind::Basic),
    ("local", LauncherKind::Local),
    ("submitit_local", LauncherKind::Local),
    ("slurm", LauncherKind::Slurm),
    ("submitit_slurm", LauncherKind::Slurm),
];

impl LauncherKind {
    /// The launcher called `name`.
    ///
    /// # Errors
    /// A name that is none.
    pub fn of(name: &str) -> Result<Self, LaunchError> {
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.map(|(_, kind)| *kind).ok_or_else(|| LaunchError::Unknown {
            name: name.to_owned(),
            expected: Self::names().into_iter().map(str::to_owned).collect(),
        })
    }

    /// The names of all launchers.
    pub fn names() -> Vec<&'static str> {
        NAMES.iter().map(|(name, _)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, expected) in [
            ("basic", Some(LauncherKind::Basic)),
            ("serial", Some(LauncherKind::Basic)),
            ("local", Some(LauncherKind::Local)),
            ("submitit_slurm", Some(LauncherKind::Slurm)),
            ("joblib", None),
            ("", None),
        ] {
            assert_eq!(LauncherKind::of(name).ok(), expected, "{name}");
        }
        let error = LauncherKind::of("joblib").unwrap_err().to_string();
        assert!(error.contains("`joblib`") && error.contains("`basic`"), "{error}");
    }
}
