//! Makes a failing case small: without arguments, files and lines that do not matter.

use super::Input;

/// Leaves out one thing after another as long as `fails` still holds, until nothing can go.
pub fn shrink(mut input: Input, fails: &mut dyn FnMut(&Input) -> bool) -> Input {
    loop {
        let mut smaller = false;
        for part in parts(&input) {
            let mut tried = input.clone();
            if leave_out(&mut tried, part) && fails(&tried) {
                input = tried;
                smaller = true;
            }
        }
        if !smaller {
            return input;
        }
    }
}

#[derive(Clone, Copy)]
enum Part {
    Argument(usize),
    File(usize),
    Line(usize, usize),
}

/// What can be left out, the last first, so that what comes later keeps its place.
fn parts(input: &Input) -> Vec<Part> {
    let lines = |at: usize| (0..input.files[at].1.lines().count()).map(move |n| Part::Line(at, n));
    let arguments = (0..input.args.len()).map(Part::Argument);
    let files = (1..input.files.len()).map(Part::File); // the first is the primary config
    let lines = (0..input.files.len()).flat_map(lines);
    arguments.rev().chain(files.rev()).chain(lines.collect::<Vec<_>>().into_iter().rev()).collect()
}

/// Whether the part was still there.
fn leave_out(input: &mut Input, part: Part) -> bool {
    match part {
        Part::Argument(at) if at < input.args.len() => drop(input.args.remove(at)),
        Part::File(at) if at < input.files.len() => drop(input.files.remove(at)),
        Part::Line(at, line) if at < input.files.len() => {
            let text = &mut input.files[at].1;
            let kept = text.split_inclusive('\n').enumerate().filter(|(n, _)| *n != line);
            let kept: String = kept.map(|(_, line)| line).collect();
            if kept == *text {
                return false;
            }
            *text = kept;
        }
        _ => return false,
    }
    true
}
