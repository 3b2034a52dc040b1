//! The functions of `${name:arguments}`.
//!
//! | name | value |
//! |---|---|
//! | `oc.env:NAME[,default]` | an environment variable, always a text |
//! | `oc.create:x` | a list or dict made on the spot |
//! | `oc.select:path[,default]` | a node that may not be there |
//! | `oc.decode:text` | a text parsed as an argument |
//! | `oc.deprecated:path[,message]` | a renamed key |
//! | `oc.dict.keys:path`, `oc.dict.values:path` | lists of a mapping's keys, of its values |
//! | `hydra:path` | a node below `hydra`; null when it is missing |
//! | `now:format` | the time the run started |
//! | `minus:x,y` | x - y |
//! | `times_int:x,y` | int(x * y) |
//! | `python_version:` | refused: there is no Python here |

use super::parser;
use super::resolve::{Found, Problem, Resolver, Scope, made};
use crate::config::node::{Node, Value};
use crate::config::python;

const NAMES: [&str; 12] = [
    "oc.env",
    "oc.create",
    "oc.select",
    "oc.decode",
    "oc.deprecated",
    "oc.dict.keys",
    "oc.dict.values",
    "hydra",
    "now",
    "minus",
    "times_int",
    "python_version",
];

type Result<'a> = std::result::Result<Found<'a>, Problem>;

/// Calls the resolver `name`.
pub(crate) fn call<'a>(
    resolver: &Resolver<'a>,
    name: &str,
    args: &[Node],
    scope: Scope<'_>,
) -> Result<'a> {
    let fail =
        |problem: Problem| Problem { message: format!("{name}: {}", problem.message), ..problem };
    match name {
        "oc.env" => env(args, scope),
        "oc.create" => one(args).map(|obj| Found::Made(scope.container.to_vec(), obj.clone())),
        "oc.select" => select(resolver, args, scope),
        "oc.decode" => decode(resolver, args, scope),
        "oc.deprecated" => deprecated(resolver, args, scope),
        "oc.dict.keys" => dict_keys(resolver, args, scope),
        "oc.dict.values" => dict_values(resolver, args, scope),
        "hydra" => hydra(resolver, args, scope),
        "now" => now(resolver, args, scope),
        "minus" => arithmetic(args, scope, i128::checked_sub, |x, y| Value::Float(x - y)),
        "times_int" => {
            arithmetic(args, scope, i128::checked_mul, |x, y| Value::Int((x * y).trunc() as i128))
        }
        "python_version" => Err(Problem::new("there is no Python to have a version")),
        _ => Err(Problem::new(format!("no such resolver, there are {}", NAMES.join(", ")))),
    }
    .map_err(fail)
}

fn one(args: &[Node]) -> std::result::Result<&Node, Problem> {
    match args {
        [arg] => Ok(arg),
        _ => Err(Problem::new(format!("expected 1 argument, got {}", args.len()))),
    }
}

/// A text and an optional second argument.
fn text_and_more(args: &[Node]) -> std::result::Result<(&str, Option<&Node>), Problem> {
    let (first, more) = match args {
        [first] => (first, None),
        [first, second] => (first, Some(second)),
        _ => return Err(Problem::new(format!("expected 1 or 2 arguments, got {}", args.len()))),
    };
    let text = first.as_str().ok_or_else(|| Problem::new("expected a text"))?;
    Ok((text, more))
}

fn env<'a>(args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (name, default) = text_and_more(args)?;
    let value = match (std::env::var(name), default.map(|node| &node.value)) {
        (Ok(text), _) => Value::Str(text),
        (Err(_), Some(Value::Null)) => Value::Null,
        (Err(_), Some(value)) => Value::Str(python::str_of(value)),
        (Err(_), None) => {
            return Err(Problem::new(format!("environment variable `{name}` not found")));
        }
    };
    Ok(made(value, scope))
}

fn select<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (path, default) = text_and_more(args)?;
    let found = match resolver.select(path, scope.container) {
        Ok(found) => found,
        Err(problem) if problem.is_nothing() => None,
        Err(problem) => return Err(problem),
    };
    let default = || default.map_or(Value::Null, |node| node.value.clone());
    Ok(found.unwrap_or_else(|| made(default(), scope)))
}

fn decode<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    match &one(args)?.value {
        Value::Null => Ok(made(Value::Null, scope)),
        Value::Str(text) => {
            let expr = parser::parse_element(text).map_err(Problem::new)?;
            Ok(Found::Made(scope.container.to_vec(), resolver.expr(&expr, scope)?))
        }
        other => Err(Problem::new(format!("expected a text, got {}", python::repr(other)))),
    }
}

fn deprecated<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (path, _message) = text_and_more(args)?;
    resolver
        .select(path, scope.container)?
        .ok_or_else(|| Problem::new(format!("key not found: `{path}`")))
}

fn mapping<'a>(
    resolver: &Resolver<'a>,
    args: &[Node],
    scope: Scope<'_>,
) -> std::result::Result<(String, Found<'a>), Problem> {
    let path = one(args)?.as_str().ok_or_else(|| Problem::new("expected a path"))?;
    let found = resolver
        .select(path, scope.container)?
        .ok_or_else(|| Problem::new(format!("key not found: `{path}`")))?;
    if found.node().as_map().is_none() {
        return Err(Problem::new(format!("`{path}` is not a mapping")));
    }
    Ok((path.to_owned(), found))
}

fn dict_keys<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (_, found) = mapping(resolver, args, scope)?;
    let names = found.node().keys().into_iter();
    let items = names.map(|key| Node::new(Value::Str(key), scope.node.origin.clone())).collect();
    Ok(made(Value::List(items), scope))
}

/// A list of references, so that each value is looked up where it stands.
fn dict_values<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (path, found) = mapping(resolver, args, scope)?;
    let reference = |key: String| {
        let text = format!("${{{path}.{key}}}");
        Node::new(Value::Str(text), scope.node.origin.clone())
    };
    let items = found.node().keys().into_iter().map(reference).collect();
    Ok(made(Value::List(items), scope))
}

fn hydra<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let path = one(args)?.as_str().ok_or_else(|| Problem::new("expected a path"))?;
    let root = resolver.root;
    let node = root.child("hydra").ok_or_else(|| Problem::new("the config has no hydra node"))?;
    match resolver.walk(Found::At(vec!["hydra".to_owned()], node), path) {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Ok(made(Value::Null, scope)),
        Err(problem) if problem.is_nothing() => Ok(made(Value::Null, scope)),
        Err(problem) => Err(problem),
    }
}

fn now<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let format = python::str_of(&one(args)?.value);
    let micros = format!("{:06}", resolver.context.now.subsec_nanosecond() / 1000);
    let format = format.replace("%f", &micros);
    let text = jiff::fmt::strtime::format(&format, &resolver.context.now)
        .map_err(|e| Problem::new(e.to_string()))?;
    Ok(made(Value::Str(text), scope))
}

fn arithmetic<'a>(
    args: &[Node],
    scope: Scope<'_>,
    whole: fn(i128, i128) -> Option<i128>,
    real: fn(f64, f64) -> Value,
) -> Result<'a> {
    let number = |node: &Node| match node.value {
        Value::Int(i) => Some(i as f64),
        Value::Float(x) => Some(x),
        _ => None,
    };
    let [x, y] = args else {
        return Err(Problem::new(format!("expected 2 arguments, got {}", args.len())));
    };
    let value = match (&x.value, &y.value) {
        (Value::Int(a), Value::Int(b)) => {
            whole(*a, *b).map(Value::Int).ok_or_else(|| Problem::new("integer out of range"))?
        }
        _ => match (number(x), number(y)) {
            (Some(a), Some(b)) if (a * b).is_finite() => real(a, b),
            _ => {
                let got = [&x.value, &y.value].map(python::repr).join(" and ");
                return Err(Problem::new(format!("expected two finite numbers, got {got}")));
            }
        },
    };
    Ok(made(value, scope))
}
