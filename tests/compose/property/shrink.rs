//! Makes a failing case small: without arguments, files and lines that do not matter.

use super::Input;

/// The smallest case found by leaving out one thing at a time for which `fails` still holds.
pub fn shrink(mut input: Input, fails: &mut dyn FnMut(&Input) -> bool) -> Input {
    while let Some(smaller) = smaller(&input).into_iter().find(|one| fails(one)) {
        input = smaller;
    }
    input
}

fn smaller(input: &Input) -> Vec<Input> {
    let args = (0..input.args.len()).map(|at| {
        let mut input = input.clone();
        input.args.remove(at);
        input
    });
    let files = (0..input.files.len()).filter(|at| input.files[*at].0 != "config.yaml").map(|at| {
        let mut input = input.clone();
        input.files.remove(at);
        input
    });
    let lines = input.files.iter().enumerate().flat_map(|(at, (_, text))| {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        (0..lines.len()).map(move |line| {
            let mut input = input.clone();
            let mut lines = lines.clone();
            lines.remove(line);
            input.files[at].1 = lines.concat();
            input
        })
    });
    args.chain(files).chain(lines).collect()
}
