//! `choice`, `range`, `logrange`, `interval`, `glob`, `tag`, `zip`.

use super::ast::{Literal, Number, Sweep, SweepValues};
use super::functions::{Args, Argument, Result, bind, optional, positional, variadic};

/// How many values a `logrange` may have.
const LIMIT: i128 = 100_000;

fn sweep(values: SweepValues) -> Argument {
    Argument::Sweep(Sweep::new(values))
}

/// `choice(*args)`: also edits, so that `key=choice(append(a),append(b))` sweeps over them.
pub(super) fn choice(args: Args) -> Result<Argument> {
    let mut values = positional(args)?;
    if values.is_empty() {
        return Err("empty choice is not legal".to_owned());
    }
    if values.len() == 1
        && let Argument::Sweep(Sweep { values: SweepValues::Choice { simple, .. }, .. }) =
            &mut values[0]
    {
        if !*simple {
            return Err("nesting choices is not supported".to_owned());
        }
        *simple = false;
        return Ok(values.remove(0));
    }
    let items = values
        .into_iter()
        .map(|value| match value {
            Argument::Literal(Literal::Null) => {
                Err("null is not a valid choice here; use `a,null`".to_owned())
            }
            Argument::Literal(literal) => Ok(literal),
            Argument::Sweep(_) => Err("a sweep cannot be an argument here".to_owned()),
        })
        .collect::<Result<_>>()?;
    Ok(sweep(SweepValues::Choice { items, simple: false }))
}

fn number(argument: Option<Argument>, name: &str) -> Result<Number> {
    match argument {
        Some(Argument::Literal(Literal::Int(i))) => Ok(Number::Int(i)),
        Some(Argument::Literal(Literal::Float(x))) => Ok(Number::Float(x)),
        Some(Argument::Literal(Literal::Bool(b))) => Ok(Number::Int(i128::from(b))),
        _ => Err(format!("argument `{name}` must be a number")),
    }
}

/// `range(start, stop=None, step=1)`
pub(super) fn range(args: Args) -> Result<Argument> {
    let [start, stop, step] = bind(args, ["start", "stop", "step"], 1)?;
    let start = number(start, "start")?;
    let step = if step.is_some() { number(step, "step")? } else { Number::Int(1) };
    let (start, stop) = match optional(stop) {
        None => (Number::Int(0), start),
        stop => (start, number(stop, "stop")?),
    };
    Ok(sweep(SweepValues::Range { start, stop, step }))
}

/// `logrange(start, stop, num)`: `num` numbers from `start` to `stop`, each the same multiple of
/// the one before.
///
/// The ends are exactly as written; what is between them is rounded to 12 significant digits, so
/// that `logrange(1e-5,1e-1,5)` is 1e-05, 0.0001, 0.001, 0.01, 0.1 on every machine.
pub(super) fn logrange(args: Args) -> Result<Argument> {
    let [start, stop, num] = bind(args, ["start", "stop", "num"], 3)?;
    let (start, stop) = (number(start, "start")?.as_f64(), number(stop, "stop")?.as_f64());
    for (name, bound) in [("start", start), ("stop", stop)] {
        if !(bound > 0.0 && bound.is_finite()) {
            return Err(format!("argument `{name}` must be positive and finite"));
        }
    }
    let num = match num {
        Some(Argument::Literal(Literal::Int(num))) if (2..=LIMIT).contains(&num) => num,
        _ => return Err(format!("argument `num` must be a whole number from 2 to {LIMIT}")),
    };
    let item = |index: i128| match index {
        0 => start,
        last if last == num - 1 => stop,
        _ => {
            let part = index as f64 / (num - 1) as f64;
            to_12_digits((start.ln() + (stop.ln() - start.ln()) * part).exp())
        }
    };
    let items = (0..num).map(|index| Literal::Float(item(index))).collect();
    Ok(sweep(SweepValues::Choice { items, simple: false }))
}

fn to_12_digits(x: f64) -> f64 {
    format!("{x:.11e}").parse().unwrap_or(x)
}

/// `interval(start, end)`
pub(super) fn interval(args: Args) -> Result<Argument> {
    let [start, end] = bind(args, ["start", "end"], 2)?;
    let bound = |n: Number| Number::Float(n.as_f64());
    let (start, end) = (bound(number(start, "start")?), bound(number(end, "end")?));
    Ok(sweep(SweepValues::Interval { start, end }))
}

/// `glob(include, exclude=None)`; quoted patterns work in lists too, where Hydra fails.
pub(super) fn glob(args: Args) -> Result<Argument> {
    let [include, exclude] = bind(args, ["include", "exclude"], 1)?;
    let patterns = |argument: Option<Argument>| match argument {
        None => Ok(Vec::new()),
        Some(Argument::Literal(Literal::Str(pattern))) => Ok(vec![pattern]),
        Some(Argument::Literal(Literal::List(items))) => items
            .into_iter()
            .map(|item| match item {
                Literal::Str(pattern) | Literal::Quoted { text: pattern, .. } => Ok(pattern),
                _ => Err("a pattern must be a text".to_owned()),
            })
            .collect(),
        Some(_) => Err("a pattern must be a text or a list of texts".to_owned()),
    };
    let (include, exclude) = (patterns(include)?, patterns(optional(exclude))?);
    Ok(sweep(SweepValues::Glob { include, exclude }))
}

/// What a `glob` becomes inside a list, a dict or among values: Hydra writes down its patterns.
pub(super) fn glob_as_value(include: Vec<String>, exclude: Vec<String>) -> Literal {
    let list = |texts: Vec<String>| Literal::List(texts.into_iter().map(Literal::Str).collect());
    let key = |name: &str| Literal::Str(name.to_owned());
    Literal::Dict(vec![(key("include"), list(include)), (key("exclude"), list(exclude))])
}

/// `tag(*tags, sweep)`: the tags replace those of the sweep.
pub(super) fn tag(args: Args) -> Result<Argument> {
    let (mut values, [sweep]) = variadic(args, ["sweep"])?;
    if values.is_empty() {
        return Err("not enough arguments, the last must be a sweep".to_owned());
    }
    values.extend(optional(sweep));
    let taggable = |sweep: &Sweep| !matches!(sweep.values, SweepValues::Glob { .. });
    let mut sweep = match values.pop() {
        Some(Argument::Sweep(sweep)) if taggable(&sweep) => sweep,
        _ => return Err("the last argument must be a choice(), range() or interval()".to_owned()),
    };
    sweep.tags = values
        .into_iter()
        .map(|value| match value {
            Argument::Literal(Literal::Str(tag)) => Ok(tag),
            _ => Err("a tag must be a text".to_owned()),
        })
        .collect::<Result<_>>()?;
    Ok(Argument::Sweep(sweep))
}

/// `zip(*values)`, `zip(sweep)`
pub(super) fn zip(args: Args) -> Result<Argument> {
    let values = positional(args)?;
    if values.is_empty() {
        return Err("nothing to zip".to_owned());
    }
    if let [Argument::Sweep(sweep)] = &values[..] {
        return match sweep.values {
            SweepValues::Interval { .. } => Err("an interval has no values to zip".to_owned()),
            _ => Ok(Argument::Sweep(Sweep { zipped: true, ..sweep.clone() })),
        };
    }
    let items = values
        .into_iter()
        .map(|value| match value {
            Argument::Literal(literal) => Ok(literal),
            Argument::Sweep(_) => Err("a sweep must be the only argument of zip".to_owned()),
        })
        .collect::<Result<_>>()?;
    let values = SweepValues::Choice { items, simple: false };
    Ok(Argument::Sweep(Sweep { zipped: true, ..Sweep::new(values) }))
}
