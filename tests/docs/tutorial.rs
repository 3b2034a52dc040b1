//! docs/tutorial.md, run from its first command to its last.
//!
//! | block | run |
//! |---|---|
//! | ```` ```sh ```` | always |
//! | ```` ```sh setup ```` | never: cloning and building have been done |
//! | ```` ```sh slurm ```` | where a Slurm answers (`scripts/slurm-local`) |

use std::env;

use super::page::{Clone, blocks, joined, read, told};

#[test]
fn the_tutorial_works() {
    let clone = Clone::new("");
    let text = read("docs/tutorial.md");
    let slurm = env::var_os("SLURM_CONF").is_some();
    let mut ran = 0;
    for block in blocks(&text) {
        match block.info.as_str() {
            "sh" => {}
            "sh slurm" if slurm => {}
            "sh slurm" => {
                println!("skipped: docs/tutorial.md:{}, as SLURM_CONF is not set", block.line);
                continue;
            }
            _ => continue,
        }
        for command in joined(&block.lines).iter().filter(|line| !line.trim().is_empty()) {
            let output = clone.bash(command);
            let place = format!("docs/tutorial.md:{}: {command}", block.line);
            assert!(output.status.success(), "{place}\n{}", told(&output));
            ran += 1;
        }
    }
    assert!(ran > 15, "{ran} commands were run");
    if slurm {
        let stopped = clone.bash("runner jobs cancel practice/latest --yes");
        assert!(stopped.status.success(), "{}", told(&stopped));
    }
}
