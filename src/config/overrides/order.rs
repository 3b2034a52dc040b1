//! `sort(..)` and `shuffle(..)`.
//!
//! | argument | `sort` | `shuffle` |
//! |---|---|---|
//! | `[b,a]`, `list=[b,a]` | the list, sorted | the list, shuffled now |
//! | a choice, several values | the sweep, sorted | a sweep that is shuffled when enumerated |
//! | a range | the same numbers ascending, or descending with `reverse=true` | as a choice |
//! | one other value | the value | a list of it |
//! | null, an interval, a glob, an edit | refused | refused |
//!
//! Values are compared as Python compares them: numbers and booleans with each other, texts with
//! texts, lists item by item. Everything else is refused.

use std::cmp::Ordering;

use super::ast::{Literal, Number, Sweep, SweepValues};
use super::functions::{Args, Argument, Result, literal, optional, variadic};

/// `sort(*args, sweep, list, reverse)`
pub(super) fn sort(args: Args) -> Result<Argument> {
    let (args, [sweep, list, reverse]) = variadic(args, ["sweep", "list", "reverse"])?;
    let reverse = match reverse {
        None => false,
        Some(Argument::Literal(Literal::Bool(reverse))) => reverse,
        Some(_) => return Err("argument `reverse` must be true or false".to_owned()),
    };
    let args = checked(args, &sweep, &list)?;
    match (optional(list), optional(sweep)) {
        (Some(Argument::Literal(Literal::List(items))), _) => sort_list(items, reverse),
        (None, Some(Argument::Sweep(sweep))) => sort_sweep(sweep, reverse).map(Argument::Sweep),
        _ => sort_values(args, reverse),
    }
}

fn sort_values(mut args: Vec<Argument>, reverse: bool) -> Result<Argument> {
    match args.len() {
        0 => Err("empty sort input".to_owned()),
        1 => match args.remove(0) {
            Argument::Literal(Literal::List(items)) => sort_list(items, reverse),
            Argument::Literal(other) => Ok(Argument::Literal(other)),
            Argument::Sweep(sweep) => sort_sweep(sweep, reverse).map(Argument::Sweep),
        },
        _ => {
            let items: Vec<Literal> = args.into_iter().map(literal).collect::<Result<_>>()?;
            if items.iter().any(|item| matches!(item, Literal::List(_) | Literal::Dict(_))) {
                return Err("several values to sort must be scalars".to_owned());
            }
            let sweep = Sweep::new(SweepValues::Choice { items, simple: true });
            sort_sweep(sweep, reverse).map(Argument::Sweep)
        }
    }
}

/// `shuffle(*args, sweep, list)`
pub(super) fn shuffle(args: Args) -> Result<Argument> {
    let (args, [sweep, list]) = variadic(args, ["sweep", "list"])?;
    let mut args = checked(args, &sweep, &list)?;
    if let Some(only) = optional(list).or(optional(sweep)) {
        args = vec![only];
    }
    if args.len() != 1 {
        let items = args
            .into_iter()
            .map(|arg| match arg {
                Argument::Literal(literal) => Ok(literal),
                Argument::Sweep(_) => Err("a sweep cannot be among several values".to_owned()),
            })
            .collect::<Result<_>>()?;
        let values = SweepValues::Choice { items, simple: true };
        return Ok(Argument::Sweep(Sweep { shuffle: true, ..Sweep::new(values) }));
    }
    Ok(match args.remove(0) {
        Argument::Sweep(sweep) => Argument::Sweep(Sweep { shuffle: true, ..sweep }),
        Argument::Literal(Literal::List(mut items)) => {
            use rand::seq::SliceRandom;
            items.shuffle(&mut super::shuffler());
            Argument::Literal(Literal::List(items))
        }
        Argument::Literal(other) => Argument::Literal(Literal::List(vec![other])),
    })
}

/// The arguments without names, when all have types that can be ordered.
fn checked(
    args: Vec<Argument>,
    sweep: &Option<Argument>,
    list: &Option<Argument>,
) -> Result<Vec<Argument>> {
    let null = Argument::Literal(Literal::Null);
    if args.contains(&null) {
        return Err("null cannot be ordered".to_owned());
    }
    if args.iter().any(|arg| matches!(arg, Argument::Sweep(sweep) if !has_order(sweep)))
        || args.iter().any(|arg| matches!(arg, Argument::Literal(Literal::Edit(_))))
    {
        return Err("only lists, choices and ranges can be ordered".to_owned());
    }
    match sweep {
        None => {}
        Some(Argument::Sweep(sweep)) if has_order(sweep) => {}
        Some(value) if *value == null => {}
        Some(_) => return Err("argument `sweep` must be a choice or a range".to_owned()),
    }
    match list {
        None | Some(Argument::Literal(Literal::List(_))) => Ok(args),
        Some(value) if *value == null => Ok(args),
        Some(_) => Err("argument `list` must be a list".to_owned()),
    }
}

fn has_order(sweep: &Sweep) -> bool {
    matches!(sweep.values, SweepValues::Choice { .. } | SweepValues::Range { .. })
}

fn sort_list(items: Vec<Literal>, reverse: bool) -> Result<Argument> {
    sorted(items, reverse).map(|items| Argument::Literal(Literal::List(items)))
}

fn sort_sweep(mut sweep: Sweep, reverse: bool) -> Result<Sweep> {
    match &mut sweep.values {
        SweepValues::Choice { items, .. } => *items = sorted(std::mem::take(items), reverse)?,
        SweepValues::Range { start, stop, step } => {
            let descending = start.as_f64() > stop.as_f64();
            let ascending = start.as_f64() < stop.as_f64();
            if !reverse && descending || reverse && ascending {
                let size = if step.as_f64() < 0.0 { negate(*step) } else { *step };
                let shift = if reverse { negate(size) } else { size };
                (*start, *stop) = (add(*stop, shift), add(*start, shift));
                *step = negate(*step);
            }
        }
        SweepValues::Interval { .. } | SweepValues::Glob { .. } => {
            return Err("only lists, choices and ranges can be ordered".to_owned());
        }
    }
    Ok(sweep)
}

fn negate(n: Number) -> Number {
    match n {
        Number::Int(i) => Number::Int(i.saturating_neg()),
        Number::Float(x) => Number::Float(-x),
    }
}

fn add(a: Number, b: Number) -> Number {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Number::Int(a.saturating_add(b)),
        _ => Number::Float(a.as_f64() + b.as_f64()),
    }
}

/// A stable merge sort, since a comparison may fail and NaN has no order.
fn sorted(items: Vec<Literal>, reverse: bool) -> Result<Vec<Literal>> {
    if items.len() < 2 {
        return Ok(items);
    }
    let mut left = items;
    let right = left.split_off(left.len() / 2);
    let mut left = sorted(left, reverse)?.into_iter().peekable();
    let mut right = sorted(right, reverse)?.into_iter().peekable();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let swap = if reverse { less(a, b)? } else { less(b, a)? };
        merged.extend(if swap { right.next() } else { left.next() });
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}

/// Python's `a < b`.
fn less(a: &Literal, b: &Literal) -> Result<bool> {
    match (a, b) {
        (Literal::Int(a), Literal::Int(b)) => Ok(a < b),
        (Literal::Str(a), Literal::Str(b)) => Ok(a < b),
        (Literal::List(a), Literal::List(b)) => match a.iter().zip(b).find(|(a, b)| !same(a, b)) {
            Some((a, b)) => less(a, b),
            None => Ok(a.len() < b.len()),
        },
        _ => match (number(a), number(b)) {
            (Some(a), Some(b)) => Ok(a.partial_cmp(&b) == Some(Ordering::Less)),
            _ => Err(format!(
                "`{}` and `{}` cannot be compared",
                super::element(a),
                super::element(b)
            )),
        },
    }
}

fn same(a: &Literal, b: &Literal) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn number(value: &Literal) -> Option<f64> {
    match value {
        Literal::Int(i) => Some(*i as f64),
        Literal::Float(x) => Some(*x),
        Literal::Bool(b) => Some(f64::from(u8::from(*b))),
        _ => None,
    }
}
