//! Which of several processes of one command this is, as the environment says.
//!
//! | variables | set by |
//! |---|---|
//! | `OMPI_COMM_WORLD_RANK`, `OMPI_COMM_WORLD_SIZE` | Open MPI's `mpirun` |
//! | else `PMI_RANK`, `PMI_SIZE` | MPICH's `mpirun`, `srun --mpi=pmi2` |
//! | else `RANK`, `WORLD_SIZE` | `torchrun`, by hand |
//! | else `SLURM_PROCID`, `SLURM_NTASKS` | `srun` |
//! | else none | it is alone |
//!
//! Which of those on its machine it is decides its GPU: `OMPI_COMM_WORLD_LOCAL_RANK`,
//! `MPI_LOCALRANKID`, `LOCAL_RANK`, `SLURM_LOCALID`.
//!
//! Source: `init_distributed_mode` of the original's `common/utils.py`.

use crate::data::Shard;

use super::SetupError;

const VARIABLES: [(&str, &str); 4] = [
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("PMI_RANK", "PMI_SIZE"),
    ("RANK", "WORLD_SIZE"),
    ("SLURM_PROCID", "SLURM_NTASKS"),
];
const ON_THIS_MACHINE: [&str; 4] =
    ["OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "LOCAL_RANK", "SLURM_LOCALID"];

/// What the environment says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Declared {
    pub shard: Shard,
    /// The variable that says how many processes there are.
    pub by: &'static str,
}

impl Declared {
    /// Whether MPI can find the other processes: those of `srun` need what `--mpi` brings along, and
    /// without it MPI ends the process.
    #[cfg(feature = "mpi")]
    pub fn can_meet(self) -> bool {
        self.by != "SLURM_NTASKS"
            || ["PMIX_RANK", "PMI_RANK"].iter().any(|name| variable(name).is_some())
    }

    /// Whether MPI's own starter says so: where a scheduler does, this may be the one process of a
    /// job that was given room for more.
    pub fn is_by_mpi(self) -> bool {
        VARIABLES[..2].iter().any(|(_, world)| *world == self.by)
    }
}

/// This process's part of the work.
///
/// # Errors
/// A variable that is no number, or a rank that is not below the number of processes.
pub(super) fn shard() -> Result<Shard, SetupError> {
    Ok(declared()?.map_or(Shard::WHOLE, |declared| declared.shard))
}

/// What the environment says, if it says something.
///
/// # Errors
/// As [`shard`].
pub(super) fn declared() -> Result<Option<Declared>, SetupError> {
    declared_by(variable)
}

/// Which of the processes on this machine this is.
pub(super) fn on_this_machine() -> usize {
    let number = |name| variable(name)?.trim().parse().ok();
    ON_THIS_MACHINE.into_iter().find_map(number).unwrap_or(0)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn declared_by(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Declared>, SetupError> {
    for (rank, world) in VARIABLES {
        let (Some(of_rank), Some(of_world)) = (variable(rank), variable(world)) else { continue };
        let count = number(world, &of_world, "how many processes there are", 1)?;
        let expected = format!("a number from 0 to {}, as {world} is {count}", count - 1);
        let number = number(rank, &of_rank, &expected, 0)?;
        if number >= count {
            return Err(SetupError::Rank { name: rank, value: of_rank, expected });
        }
        return Ok(Some(Declared { shard: Shard { rank: number, world: count }, by: world }));
    }
    Ok(None)
}

fn number(
    name: &'static str,
    value: &str,
    expected: &str,
    least: usize,
) -> Result<usize, SetupError> {
    let number = value.trim().parse().ok().filter(|number| *number >= least);
    let wrong = || SetupError::Rank { name, value: value.into(), expected: expected.into() };
    number.ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mpis_variables_come_before_torchs_and_those_before_slurms() {
        let of = |set: &[(&str, &str)]| {
            let found = |name: &str| set.iter().find(|(n, _)| *n == name);
            let declared = declared_by(|name| Some(found(name)?.1.to_owned()))?;
            Ok::<_, SetupError>(declared.map_or(Shard::WHOLE, |declared| declared.shard))
        };
        let shard = |rank, world| Shard { rank, world };
        let slurm = [("SLURM_PROCID", "2"), ("SLURM_NTASKS", "3")];
        assert_eq!(of(&[]).unwrap(), Shard::WHOLE);
        assert_eq!(of(&[("RANK", "1")]).unwrap(), Shard::WHOLE);
        assert_eq!(of(&slurm).unwrap(), shard(2, 3));
        let both = [&slurm[..], &[("RANK", "1"), ("WORLD_SIZE", "2")]].concat();
        assert_eq!(of(&both).unwrap(), shard(1, 2));
        let mpi = [("OMPI_COMM_WORLD_RANK", "0"), ("OMPI_COMM_WORLD_SIZE", "1")];
        assert_eq!(of(&[&both[..], &mpi].concat()).unwrap(), Shard::WHOLE);
        for (rank, world, told) in [
            ("2", "2", "0 to 1"),
            ("x", "2", "RANK=x"),
            ("0", "0", "WORLD_SIZE"),
            ("-1", "2", "0 to 1"),
        ] {
            let error = of(&[("RANK", rank), ("WORLD_SIZE", world)]).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
