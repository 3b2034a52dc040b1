//! `append(..)` and the other functions whose value is an edit; none of them takes names.

use super::ast::{Action, Assigned, Edit, Literal, Sweep, SweepValues};
use super::functions::{Args, Argument, Result, literal, positional};

/// Calls `name`; `None` when there is no such edit.
pub(super) fn call(name: &str, args: Args) -> Option<Result<Argument>> {
    let edit = match name {
        "append" | "extend_list" => values(args).map(Edit::Append),
        "prepend" => values(args).map(Edit::Prepend),
        "insert" => insert(args),
        "remove_at" => remove_at(args),
        "remove_value" => values(args).and_then(some).map(Edit::RemoveValue),
        "list_clear" => list_clear(args),
        "replace" => replace(args),
        _ => return None,
    };
    Some(edit.map(|edit| Argument::Literal(Literal::Edit(Box::new(edit)))))
}

fn values(args: Args) -> Result<Vec<Literal>> {
    positional(args)?.into_iter().map(literal).collect()
}

fn some(values: Vec<Literal>) -> Result<Vec<Literal>> {
    if values.is_empty() { Err("it needs at least one value".to_owned()) } else { Ok(values) }
}

fn insert(args: Args) -> Result<Edit> {
    let mut values = values(args)?.into_iter();
    let at = index(values.next())?;
    Ok(Edit::Insert { at, values: some(values.collect())? })
}

fn remove_at(args: Args) -> Result<Edit> {
    let mut values = values(args)?.into_iter();
    let at = index(values.next())?;
    match values.next() {
        None => Ok(Edit::RemoveAt(at)),
        Some(_) => Err("too many arguments, expected one index".to_owned()),
    }
}

fn index(argument: Option<Literal>) -> Result<i128> {
    match argument {
        Some(Literal::Int(index)) => Ok(index),
        Some(_) => Err("the index must be a whole number".to_owned()),
        None => Err("missing index".to_owned()),
    }
}

fn list_clear(args: Args) -> Result<Edit> {
    if args.is_empty() { Ok(Edit::Clear) } else { Err("it takes no arguments".to_owned()) }
}

fn replace(args: Args) -> Result<Edit> {
    let mut values = values(args)?;
    match (values.pop(), values.pop()) {
        (Some(value), None) => Ok(Edit::Replace(value)),
        _ => Err("expected exactly one value".to_owned()),
    }
}

/// Refuses edits with a prefix: an edit changes a value that is there, only `++key=replace(..)`
/// also makes one.
pub(super) fn check(action: Action, value: &Assigned) -> Result<()> {
    let refused = |literal: &Literal| match (action, literal) {
        (Action::Change, _) => false,
        (Action::ForceAdd, Literal::Edit(edit)) => !matches!(**edit, Edit::Replace(_)),
        (_, literal) => matches!(literal, Literal::Edit(_)),
    };
    let any = match value {
        Assigned::Literal(literal) => refused(literal),
        Assigned::Sweep(Sweep { values: SweepValues::Choice { items, .. }, .. }) => {
            items.iter().any(refused)
        }
        Assigned::Sweep(_) => false,
    };
    if any { Err("an edit takes `key=` without a prefix".to_owned()) } else { Ok(()) }
}
