//! Which of several processes of one command this is, as the environment says.
//!
//! | variables | set by |
//! |---|---|
//! | `RANK`, `WORLD_SIZE` | `torchrun`, by hand |
//! | else `SLURM_PROCID`, `SLURM_NTASKS` | `srun` |
//! | else none | it is alone |
//!
//! Source: `init_distributed_mode` of the original's `common/utils.py`.

use crate::data::Shard;

use super::SetupError;

const VARIABLES: [(&str, &str); 2] = [("RANK", "WORLD_SIZE"), ("SLURM_PROCID", "SLURM_NTASKS")];

/// This process's part of the work.
///
/// # Errors
/// A variable that is no number, or a rank that is not below the number of processes.
pub(super) fn shard() -> Result<Shard, SetupError> {
    shard_of(|name| std::env::var(name).ok())
}

fn shard_of(variable: impl Fn(&str) -> Option<String>) -> Result<Shard, SetupError> {
    for (rank, world) in VARIABLES {
        let (Some(of_rank), Some(of_world)) = (variable(rank), variable(world)) else { continue };
        let count = number(world, &of_world, "how many processes there are", 1)?;
        let expected = format!("a number from 0 to {}, as {world} is {count}", count - 1);
        let number = number(rank, &of_rank, &expected, 0)?;
        if number >= count {
            return Err(SetupError::Rank { name: rank, value: of_rank, expected });
        }
        return Ok(Shard { rank: number, world: count });
    }
    Ok(Shard::WHOLE)
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
    fn torchs_variables_come_before_slurms() {
        let of = |set: &[(&str, &str)]| {
            let found = |name: &str| set.iter().find(|(n, _)| *n == name);
            shard_of(|name| Some(found(name)?.1.to_owned()))
        };
        let shard = |rank, world| Shard { rank, world };
        let slurm = [("SLURM_PROCID", "2"), ("SLURM_NTASKS", "3")];
        assert_eq!(of(&[]).unwrap(), Shard::WHOLE);
        assert_eq!(of(&[("RANK", "1")]).unwrap(), Shard::WHOLE);
        assert_eq!(of(&slurm).unwrap(), shard(2, 3));
        let both = [&slurm[..], &[("RANK", "1"), ("WORLD_SIZE", "2")]].concat();
        assert_eq!(of(&both).unwrap(), shard(1, 2));
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
