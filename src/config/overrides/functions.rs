//! The functions of the override grammar: which there are and how arguments are bound.
//!
//! | call | value | where |
//! |---|---|---|
//! | `int(x)`, `float(x)`, `str(x)`, `bool(x)`, `json_str(x)` | casts | `casts` |
//! | `choice(a,b,..)` | a sweep over the arguments | `sweeps` |
//! | `range(stop)`, `range(start,stop,step=1)` | a sweep over numbers, the end excluded | `sweeps` |
//! | `logrange(start,stop,num)` | a sweep over numbers with equal ratios, both ends included | `sweeps` |
//! | `interval(a,b)` | a continuous interval (the basic sweeper refuses it) | `sweeps` |
//! | `glob(include,exclude)` | a sweep over the options of the group whose names match | `sweeps` |
//! | `tag(t1,..,sweep)` | a sweep with tags | `sweeps` |
//! | `zip(a,b,..)`, `zip(sweep)` | a sweep that advances together with the others of its tags | `sweeps` |
//! | `sort(..,reverse=false)`, `shuffle(..)` | an ordered or shuffled list or sweep | `order` |
//! | `append(..)`, `prepend(..)`, `insert(i,..)`, `remove_at(i)`, `remove_value(..)`, `list_clear()`, `extend_list(..)`, `replace(x)` | an edit of the present value | `edits` |
//!
//! Hydra 1.3 has neither `json_str` nor `extend_list` (they are of its 1.4) nor `logrange`, `zip`
//! and the other edits. Arguments are bound as Python binds them: a name given twice counts with
//! its last value, quotes around a whole argument are taken off.

use super::ast::{Literal, Sweep};
use super::casts::{Cast, cast};
use super::{edits, order, sweeps};

/// An evaluated argument, and the value of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Argument {
    Literal(Literal),
    Sweep(Sweep),
}

pub(super) type Args = Vec<(Option<String>, Argument)>;
pub(super) type Result<T> = std::result::Result<T, String>;

/// Every function, sorted.
pub(super) const NAMES: [&str; 22] = [
    "append",
    "bool",
    "choice",
    "extend_list",
    "float",
    "glob",
    "insert",
    "int",
    "interval",
    "json_str",
    "list_clear",
    "logrange",
    "prepend",
    "range",
    "remove_at",
    "remove_value",
    "replace",
    "shuffle",
    "sort",
    "str",
    "tag",
    "zip",
];

/// Calls `name`; `None` when there is no such function.
///
/// # Errors
/// Why the function refuses its arguments.
pub(super) fn call(name: &str, args: Args) -> Option<Result<Argument>> {
    let args = args.into_iter().map(|(name, value)| (name, unquote(value))).collect();
    Some(match name {
        "int" => cast(args, Cast::Int),
        "float" => cast(args, Cast::Float),
        "str" => cast(args, Cast::Str),
        "bool" => cast(args, Cast::Bool),
        "json_str" => cast(args, Cast::Json),
        "choice" => sweeps::choice(args),
        "range" => sweeps::range(args),
        "logrange" => sweeps::logrange(args),
        "interval" => sweeps::interval(args),
        "glob" => sweeps::glob(args),
        "tag" => sweeps::tag(args),
        "zip" => sweeps::zip(args),
        "sort" => order::sort(args),
        "shuffle" => order::shuffle(args),
        _ => return edits::call(name, args),
    })
}

/// Top-level quoted arguments lose their quotes.
fn unquote(argument: Argument) -> Argument {
    match argument {
        Argument::Literal(Literal::Quoted { text, .. }) => Argument::Literal(Literal::Str(text)),
        other => other,
    }
}

/// Splits arguments into those without and those with a name.
pub(super) fn variadic<const N: usize>(
    args: Args,
    names: [&str; N],
) -> Result<(Vec<Argument>, [Option<Argument>; N])> {
    let mut values = Vec::new();
    let mut named = [const { None }; N];
    for (name, value) in args {
        let Some(name) = name else {
            values.push(value);
            continue;
        };
        let Some(slot) = names.iter().position(|known| *known == name) else {
            return Err(format!("unexpected argument `{name}`"));
        };
        named[slot] = Some(value);
    }
    Ok((values, named))
}

/// Binds arguments to parameter names; the first `required` of them must be there.
pub(super) fn bind<const N: usize>(
    args: Args,
    names: [&str; N],
    required: usize,
) -> Result<[Option<Argument>; N]> {
    let (values, mut bound) = variadic(args, names)?;
    if values.len() > N {
        return Err(format!("too many arguments, expected {}", names.join(", ")));
    }
    for (slot, value) in values.into_iter().enumerate() {
        if bound[slot].replace(value).is_some() {
            return Err(format!("argument `{}` given twice", names[slot]));
        }
    }
    match bound[..required].iter().position(Option::is_none) {
        Some(missing) => Err(format!("missing argument `{}`", names[missing])),
        None => Ok(bound),
    }
}

/// Arguments without names.
pub(super) fn positional(args: Args) -> Result<Vec<Argument>> {
    variadic(args, []).map(|(values, [])| values)
}

/// An argument that is no sweep and no edit.
pub(super) fn literal(argument: Argument) -> Result<Literal> {
    match argument {
        Argument::Literal(Literal::Edit(_)) => Err("an edit cannot be an argument here".to_owned()),
        Argument::Literal(literal) => Ok(literal),
        Argument::Sweep(_) => Err("a sweep cannot be an argument here".to_owned()),
    }
}

/// As [`literal`], for what may be null by leaving it out.
pub(super) fn optional(argument: Option<Argument>) -> Option<Argument> {
    argument.filter(|value| *value != Argument::Literal(Literal::Null))
}
