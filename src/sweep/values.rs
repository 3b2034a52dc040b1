//! The values of one sweep, spelt as overrides.
//!
//! | sweep | values |
//! |---|---|
//! | `a,b`, `choice(a,b)` | in order, or shuffled |
//! | `range(1,4)` | 1, 2, 3; with a fraction anywhere all are fractions, added up without rounding |
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

/// Python adds up exact decimals of the binary values, to 28 digits; sums of products in extended
/// precision come to the same nearest float.
fn floats(start: f64, stop: f64, step: f64) -> Result<Vec<String>, &'static str> {
    if !(step.is_finite() && start.is_finite() && step != 0.0) || stop.is_nan() {
        return Err("the bounds of a range must be finite and its step not zero");
    }
    let mut out = Vec::new();
    let mut at = decimal::Sum::new(start);
    while if step > 0.0 { at.is_below(stop) } else { at.is_above(stop) } {
        if out.len() >= LIMIT {
            return Err("the range has too many values");
        }
        out.push(sweeping::element(&Literal::Float(at.value())));
        at.add(step);
    }
    Ok(out)
}

/// Exact sums of floats as a float and its rounding error.
mod decimal {
    #[derive(Clone, Copy)]
    pub(super) struct Sum {
        high: f64,
        low: f64,
    }

    impl Sum {
        pub(super) fn new(value: f64) -> Self {
            Self { high: value, low: 0.0 }
        }

        pub(super) fn value(self) -> f64 {
            self.high + self.low
        }

        pub(super) fn add(&mut self, value: f64) {
            let (sum, error) = two_sum(self.high, value);
            let (high, low) = two_sum(sum, error + self.low);
            *self = Self { high, low };
        }

        pub(super) fn is_below(self, bound: f64) -> bool {
            self.high < bound || self.high == bound && self.low < 0.0
        }

        pub(super) fn is_above(self, bound: f64) -> bool {
            self.high > bound || self.high == bound && self.low > 0.0
        }
    }

    /// A sum and what rounding took from it.
    fn two_sum(a: f64, b: f64) -> (f64, f64) {
        let sum = a + b;
        let rest = sum - a;
        (sum, (a - (sum - rest)) + (b - rest))
    }
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
        assert_eq!(
            floats(0.0, 0.5, 0.1).unwrap(),
            ["0.0", "0.1", "0.2", "0.30000000000000004", "0.4"]
        );
        assert!(floats(0.0, f64::INFINITY, 1.0).is_err());
    }
}
