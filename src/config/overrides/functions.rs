//! The functions of the override grammar.
//!
//! | call | value |
//! |---|---|
//! | `int(x)`, `float(x)`, `str(x)`, `bool(x)` | casts; also element by element over lists, dict values, choices, ranges |
//! | `choice(a,b,..)` | a sweep over the arguments |
//! | `range(stop)`, `range(start,stop,step=1)` | a sweep over numbers, the end excluded |
//! | `interval(a,b)` | a continuous interval (no built-in sweeper takes it) |
//! | `glob(include,exclude)` | a sweep over the options of the group whose names match |
//! | `sort(..,reverse=false)`, `shuffle(..)` | an ordered or shuffled list or sweep |
//! | `tag(t1,..,sweep)` | a sweep with tags |

use super::ast::{Literal, Number, Sweep, SweepValues};
use super::casts::{Cast, cast};

/// An evaluated argument, and the value of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Argument {
    Literal(Literal),
    Sweep(Sweep),
}

pub(super) type Args = Vec<(Option<String>, Argument)>;
pub(super) type Result<T> = std::result::Result<T, String>;

const NAMES: &str = "bool,choice,float,glob,int,interval,range,shuffle,sort,str,tag";

/// Calls `name`.
///
/// # Errors
/// Why the function is unknown or refuses its arguments.
pub(crate) fn call(name: &str, args: Args) -> Result<Argument> {
    let args = args.into_iter().map(|(name, value)| (name, unquote(value))).collect();
    match name {
        "int" => cast(args, Cast::Int),
        "float" => cast(args, Cast::Float),
        "str" => cast(args, Cast::Str),
        "bool" => cast(args, Cast::Bool),
        "choice" => choice(args),
        "range" => range(args),
        "interval" => interval(args),
        "glob" => glob(args),
        "sort" => sort(args),
        "shuffle" => shuffle(args),
        "tag" => tag(args),
        _ => Err(format!("unknown function `{name}`, available: {NAMES}")),
    }
}

/// Top-level quoted arguments lose their quotes.
fn unquote(argument: Argument) -> Argument {
    match argument {
        Argument::Literal(Literal::Quoted { text, .. }) => Argument::Literal(Literal::Str(text)),
        other => other,
    }
}

fn sweep(values: SweepValues) -> Argument {
    Argument::Sweep(Sweep { values, tags: Vec::new(), shuffle: false })
}

pub(super) fn positional(args: Args) -> Result<Vec<Argument>> {
    args.into_iter()
        .map(|(name, value)| match name {
            None => Ok(value),
            Some(name) => Err(format!("unexpected argument `{name}`")),
        })
        .collect()
}

/// Binds arguments to parameter names; `required` of them must be there.
pub(super) fn bind<const N: usize>(
    args: Args,
    names: [&str; N],
    required: usize,
) -> Result<[Option<Argument>; N]> {
    let mut bound = [const { None }; N];
    for (position, (name, value)) in args.into_iter().enumerate() {
        let slot = match &name {
            Some(name) => names.iter().position(|known| known == name),
            None => (position < N).then_some(position),
        };
        let slot = slot.ok_or_else(|| match name {
            Some(name) => format!("unexpected argument `{name}`"),
            None => format!("too many arguments, expected {}", names.join(", ")),
        })?;
        if bound[slot].replace(value).is_some() {
            return Err(format!("argument `{}` given twice", names[slot]));
        }
    }
    match bound[..required].iter().position(Option::is_none) {
        Some(missing) => Err(format!("missing argument `{}`", names[missing])),
        None => Ok(bound),
    }
}

pub(super) fn simple_choice(values: Vec<Argument>) -> Result<Argument> {
    let items = values.into_iter().map(literal).collect::<Result<_>>()?;
    Ok(sweep(SweepValues::Choice { items, simple: true }))
}

fn literal(argument: Argument) -> Result<Literal> {
    match argument {
        Argument::Literal(literal) => Ok(literal),
        Argument::Sweep(_) => Err("a sweep cannot be an argument here".to_owned()),
    }
}

fn choice(args: Args) -> Result<Argument> {
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
    let items = values.into_iter().map(literal).collect::<Result<Vec<_>>>()?;
    if items.contains(&Literal::Null) {
        return Err("null is not a valid choice here; use `a,null`".to_owned());
    }
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

fn range(args: Args) -> Result<Argument> {
    let [start, stop, step] = bind(args, ["start", "stop", "step"], 1)?;
    let start = number(start, "start")?;
    let step = if step.is_some() { number(step, "step")? } else { Number::Int(1) };
    let (start, stop) = match stop {
        Some(Argument::Literal(Literal::Null)) | None => (Number::Int(0), start),
        stop => (start, number(stop, "stop")?),
    };
    Ok(sweep(SweepValues::Range { start, stop, step }))
}

fn interval(args: Args) -> Result<Argument> {
    let [start, end] = bind(args, ["start", "end"], 2)?;
    let bound = |n: Number| Number::Float(n.as_f64());
    let (start, end) = (bound(number(start, "start")?), bound(number(end, "end")?));
    Ok(sweep(SweepValues::Interval { start, end }))
}

fn glob(args: Args) -> Result<Argument> {
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
    let exclude = exclude.filter(|value| *value != Argument::Literal(Literal::Null));
    Ok(sweep(SweepValues::Glob { include: patterns(include)?, exclude: patterns(exclude)? }))
}

/// Splits off the keyword arguments of `sort` and `shuffle`.
fn sequence(args: Args, keywords: &[&str]) -> Result<(Vec<Argument>, Option<bool>)> {
    let mut values = Vec::new();
    let mut reverse = None;
    for (name, value) in args {
        match (name.as_deref(), value) {
            (None, value) | (Some("sweep" | "list"), value) => values.push(value),
            (Some("reverse"), Argument::Literal(Literal::Bool(b)))
                if keywords.contains(&"reverse") =>
            {
                reverse = Some(b);
            }
            (Some(name), _) => return Err(format!("unexpected argument `{name}`")),
        }
    }
    Ok((values, reverse))
}

fn sort(args: Args) -> Result<Argument> {
    let (mut values, reverse) = sequence(args, &["reverse"])?;
    let reverse = reverse.unwrap_or(false);
    match values.len() {
        0 => Err("empty sort input".to_owned()),
        1 => match values.remove(0) {
            Argument::Literal(Literal::List(items)) => {
                sorted(items, reverse).map(|items| Argument::Literal(Literal::List(items)))
            }
            Argument::Literal(other) => Ok(Argument::Literal(other)),
            Argument::Sweep(sweep) => sort_sweep(sweep, reverse).map(Argument::Sweep),
        },
        _ => match simple_choice(values)? {
            Argument::Sweep(sweep) => sort_sweep(sweep, reverse).map(Argument::Sweep),
            other => Ok(other),
        },
    }
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
            return Err("only lists, choices and ranges can be sorted".to_owned());
        }
    }
    Ok(sweep)
}

fn negate(n: Number) -> Number {
    match n {
        Number::Int(i) => Number::Int(-i),
        Number::Float(x) => Number::Float(-x),
    }
}

fn add(a: Number, b: Number) -> Number {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Number::Int(a.saturating_add(b)),
        _ => Number::Float(a.as_f64() + b.as_f64()),
    }
}

/// Python's `sorted`: numbers with numbers, texts with texts; stable, also in reverse.
fn sorted(mut items: Vec<Literal>, reverse: bool) -> Result<Vec<Literal>> {
    let number = |x: &Literal| match x {
        Literal::Int(i) => Some(*i as f64),
        Literal::Float(x) => Some(*x),
        Literal::Bool(b) => Some(f64::from(u8::from(*b))),
        _ => None,
    };
    let text = |x: &Literal| match x {
        Literal::Str(s) => Some(s.clone()),
        _ => None,
    };
    if items.iter().all(|x| number(x).is_some()) {
        items.sort_by(|a, b| {
            let order = number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal);
            if reverse { order.reverse() } else { order }
        });
    } else if items.iter().all(|x| text(x).is_some()) {
        items.sort_by(|a, b| {
            let order = text(a).cmp(&text(b));
            if reverse { order.reverse() } else { order }
        });
    } else {
        return Err("values of different types cannot be sorted".to_owned());
    }
    Ok(items)
}

fn shuffle(args: Args) -> Result<Argument> {
    let (mut values, _) = sequence(args, &[])?;
    if values.len() != 1 {
        values = vec![simple_choice(values)?];
    }
    match values.remove(0) {
        Argument::Sweep(mut sweep) => match sweep.values {
            SweepValues::Choice { .. } | SweepValues::Range { .. } => {
                sweep.shuffle = true;
                Ok(Argument::Sweep(sweep))
            }
            _ => Err("only lists, choices and ranges can be shuffled".to_owned()),
        },
        Argument::Literal(Literal::List(mut items)) => {
            use rand::seq::SliceRandom;
            items.shuffle(&mut super::shuffler());
            Ok(Argument::Literal(Literal::List(items)))
        }
        Argument::Literal(other) => Ok(Argument::Literal(Literal::List(vec![other]))),
    }
}

fn tag(args: Args) -> Result<Argument> {
    let mut values: Vec<Argument> = Vec::new();
    let mut last = None;
    for (name, value) in args {
        match name.as_deref() {
            None => values.push(value),
            Some("sweep") => last = Some(value),
            Some(name) => return Err(format!("unexpected argument `{name}`")),
        }
    }
    let Some(Argument::Sweep(mut sweep)) = last.or_else(|| values.pop()) else {
        return Err("the last argument must be a choice(), range() or interval()".to_owned());
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
