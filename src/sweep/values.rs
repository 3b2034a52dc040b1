//! The values of one sweep, spelt as overrides.
//!
//! | sweep | values |
//! |---|---|
//! | `a,b`, `choice(a,b)` | in order, or shuffled |
//! | `range(1,4)` | 1, 2, 3; with a fraction anywhere all are fractions, added up in decimal |
//! | `glob(x*)` | the options of the group that match, sorted |
//! | `interval(0,1)` | refused: it has no first value |

use crate::config::sweeping::{self, Literal, Number, Override, Sweep, SweepValues};

use super::error::SweepError;

/// How many values one sweep may have.
const LIMIT: usize = 1_000_000;

/// The values of a sweep; `options` lists the options of a config group.
pub(super) fn values(
    one: &Override,
    sweep: &Sweep,
    options: &dyn Fn(&str) -> Vec<String>,
) -> Result<Vec<String>, SweepError> {
    let refuse = |problem: &str| SweepError::NotDiscrete {
        text: one.text.clone(),
        problem: problem.to_owned(),
        origin: one.origin.clone(),
    };
    let mut values: Vec<String> = match &sweep.values {
        SweepValues::Choice { items, .. } => items.iter().map(sweeping::element).collect(),
        SweepValues::Range { start, stop, step } => match (*start, *stop, *step) {
            (Number::Int(start), Number::Int(stop), Number::Int(step)) => {
                ints(start, stop, step).map_err(refuse)?
            }
            (start, stop, step) => {
                floats(start.as_f64(), stop.as_f64(), step.as_f64()).map_err(refuse)?
            }
        },
        SweepValues::Glob { include, exclude } => {
            let matches = |patterns: &[String], name: &str| patterns.iter().any(|p| glob(p, name));
            let names = options(&one.key).into_iter();
            names.filter(|name| matches(include, name) && !matches(exclude, name)).collect()
        }
        SweepValues::Interval { .. } => {
            return Err(refuse("an interval has no discrete values"));
        }
    };
    if sweep.shuffle {
        use rand::seq::SliceRandom;
        values.shuffle(&mut sweeping::shuffler());
    }
    Ok(values)
}

fn ints(start: i128, stop: i128, step: i128) -> Result<Vec<String>, &'static str> {
    if step == 0 {
        return Err("the step of a range must not be zero");
    }
    let mut out = Vec::new();
    let mut at = start;
    while if step > 0 { at < stop } else { at > stop } {
        if out.len() >= LIMIT {
            return Err("the range has too many values");
        }
        out.push(at.to_string());
        match at.checked_add(step) {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(out)
}

/// Adds up in decimal to 28 digits, as Python's `decimal` does.
fn floats(start: f64, stop: f64, step: f64) -> Result<Vec<String>, &'static str> {
    let largest = start.abs().max(stop.abs()).max(step.abs());
    if !(largest < 1e15 && step != 0.0) {
        return Err("the bounds of a range must be below 1e15 and its step not zero");
    }
    let scale = Scale::of(largest);
    let (mut at, stop, step) = (scale.read(start), scale.read(stop), scale.read(step)); // fixed point
    let mut out = Vec::new();
    while if step > 0 { at < stop } else { at > stop } {
        if out.len() >= LIMIT || step == 0 {
            return Err("the range has too many values");
        }
        let value = if out.is_empty() { start } else { scale.float(at) };
        out.push(sweeping::element(&Literal::Float(value)));
        at = round_to_28_digits(at + step);
    }
    Ok(out)
}

/// Fixed-point decimals: how many digits stand behind the point.
#[derive(Clone, Copy)]
struct Scale(usize);

impl Scale {
    /// Room for `largest`, one digit of carry and as many decimals as fit.
    fn of(largest: f64) -> Self {
        let whole = format!("{largest:.0}").len();
        Self(36 - whole)
    }

    fn read(self, x: f64) -> i128 {
        format!("{x:.digits$}", digits = self.0).replace('.', "").parse().unwrap_or(0)
    }

    fn float(self, x: i128) -> f64 {
        format!("{x}e-{}", self.0).parse().unwrap_or(0.0)
    }
}

/// Half to even.
fn round_to_28_digits(x: i128) -> i128 {
    let digits = x.unsigned_abs().to_string().len() as u32;
    let Some(extra) = digits.checked_sub(28).filter(|extra| *extra > 0) else { return x };
    let unit = 10i128.pow(extra);
    let (whole, rest) = (x.div_euclid(unit), x.rem_euclid(unit));
    let up = 2 * rest > unit || 2 * rest == unit && whole % 2 != 0;
    (whole + i128::from(up)) * unit
}

/// Shell-style matching: `*`, `?`, `[abc]`, `[!abc]`, `[a-z]`.
fn glob(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let step = match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some('?') => Some(p + 1),
            Some('[') => class(&pattern, p, name[n]),
            Some(c) if *c == name[n] => Some(p + 1),
            _ => None,
        };
        match (step, star) {
            (Some(next), _) => {
                p = next;
                n += 1;
            }
            (None, Some((at, from))) => {
                star = Some((at, from + 1));
                p = at + 1;
                n = from + 1;
            }
            (None, None) => return false,
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Matches `[...]` at `start`; the position behind it when `c` is in the class.
fn class(pattern: &[char], start: usize, c: char) -> Option<usize> {
    let negated = pattern.get(start + 1) == Some(&'!');
    let first = start + 1 + usize::from(negated);
    let close = pattern.iter().skip(first + 1).position(|c| *c == ']').map(|at| at + first + 1);
    let Some(close) = close else { return (c == '[').then_some(start + 1) };
    let members = &pattern[first..close];
    let mut inside = false;
    let mut at = 0;
    while at < members.len() {
        if at + 2 < members.len() && members[at + 1] == '-' {
            inside |= (members[at]..=members[at + 2]).contains(&c);
            at += 3;
        } else {
            inside |= members[at] == c;
            at += 1;
        }
    }
    (inside != negated).then_some(close + 1)
}

#[cfg(test)]
mod tests {
    use super::{floats, glob, ints};

    #[test]
    fn globs() {
        for (pattern, name, expected) in [
            ("*", "abc", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a?c", "abc", true),
            ("[a-c]bc", "abc", true),
            ("[!a]bc", "abc", false),
            ("a*b*c", "aXbYc", true),
            ("ab", "abc", false),
            ("", "", true),
            ("[", "[", true),
        ] {
            assert_eq!(glob(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn ranges() {
        assert_eq!(ints(1, 4, 1).unwrap(), ["1", "2", "3"]);
        assert_eq!(ints(4, 1, -2).unwrap(), ["4", "2"]);
        assert!(ints(1, 4, -1).unwrap().is_empty());
        assert!(ints(0, 1, 0).is_err());
        assert_eq!(floats(0.0, 0.5, 0.1).unwrap(), ["0.0", "0.1", "0.2", "0.3", "0.4"]);
        assert!(floats(0.0, f64::INFINITY, 1.0).is_err());
    }
}
