//! The numbers of `range(start,stop,step)`, as Hydra counts them.
//!
//! | bounds | numbers |
//! |---|---|
//! | all whole | Python's `range` |
//! | a fraction anywhere | fractions, added up in decimal to 28 digits |
//! | step against the direction | none |
//! | step zero, NaN, more than a million numbers | refused |

use super::decimal::Decimal;
use crate::config::sweeping::{Literal, Number};

/// How many values one sweep may have.
const LIMIT: usize = 1_000_000;

const TOO_MANY: &str = "the range has too many values";

/// The numbers of a range.
pub(super) fn numbers(
    start: Number,
    stop: Number,
    step: Number,
) -> Result<Vec<Literal>, &'static str> {
    match (start, stop, step) {
        (Number::Int(start), Number::Int(stop), Number::Int(step)) => ints(start, stop, step),
        _ => floats(start.as_f64(), stop.as_f64(), step.as_f64()),
    }
}

fn ints(start: i128, stop: i128, step: i128) -> Result<Vec<Literal>, &'static str> {
    if step == 0 {
        return Err("the step of a range must not be zero");
    }
    let mut out = Vec::new();
    let mut at = start;
    while if step > 0 { at < stop } else { at > stop } {
        if out.len() >= LIMIT {
            return Err(TOO_MANY);
        }
        out.push(Literal::Int(at));
        match at.checked_add(step) {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(out)
}

fn floats(start: f64, stop: f64, step: f64) -> Result<Vec<Literal>, &'static str> {
    if start.is_nan() || stop.is_nan() || step.is_nan() {
        return Err("the bounds of a range must be numbers");
    }
    if step == 0.0 {
        return Err("the step of a range must not be zero");
    }
    let mut out = Vec::new();
    if !(start.is_finite() && stop.is_finite() && step.is_finite()) {
        let mut at = start;
        while if step > 0.0 { at < stop } else { at > stop } {
            if out.len() >= LIMIT {
                return Err(TOO_MANY);
            }
            out.push(Literal::Float(at));
            at += step;
        }
        return Ok(out);
    }
    if (stop - start) / step > 1.1 * LIMIT as f64 {
        return Err(TOO_MANY); // without counting: additions are slow where digits are many
    }
    let up = step > 0.0;
    let (mut at, stop, step) = (Decimal::from(start), Decimal::from(stop), Decimal::from(step));
    while if up { at < stop } else { at > stop } {
        if out.len() >= LIMIT {
            return Err(TOO_MANY);
        }
        let value = if out.is_empty() { start } else { at.to_f64() }; // keeps the sign of -0.0
        out.push(Literal::Float(value));
        at = at.plus(&step);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{floats, ints};
    use crate::config::sweeping::{Literal, element};

    fn texts(numbers: Vec<Literal>) -> Vec<String> {
        numbers.iter().map(element).collect()
    }

    #[test]
    fn rows() {
        assert_eq!(texts(ints(1, 4, 1).unwrap()), ["1", "2", "3"]);
        assert_eq!(texts(ints(4, 1, -2).unwrap()), ["4", "2"]);
        assert!(ints(1, 4, -1).unwrap().is_empty());
        assert!(ints(0, 1, 0).is_err());
        let tenths = ["0.0", "0.1", "0.2", "0.30000000000000004", "0.4"];
        assert_eq!(texts(floats(0.0, 0.5, 0.1).unwrap())[..3], tenths[..3]);
        assert_eq!(texts(floats(1e20, 1.00003e20, 1e15).unwrap()).len(), 3);
        assert_eq!(texts(floats(0.0, 1.0, f64::INFINITY).unwrap()), ["0.0"]);
        assert!(floats(f64::INFINITY, 0.0, 1.0).unwrap().is_empty());
        for (start, stop, step) in
            [(0.0, f64::INFINITY, 1.0), (0.0, 1.0, 0.0), (0.0, f64::NAN, 1.0), (0.0, 1.0, 1e-300)]
        {
            assert!(floats(start, stop, step).is_err(), "{start} {stop} {step}");
        }
    }
}
