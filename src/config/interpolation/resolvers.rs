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
use super::problem::{Problem, ProblemKind};
use super::resolve::{Found, Resolver, Scope, live, plain};
use crate::config::key::{self, Key};
use crate::config::node::{Node, Value};
use crate::config::{python, yaml};

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
        "oc.create" => create(args, scope),
        "oc.select" => select(resolver, args, scope),
        "oc.decode" => decode(resolver, args, scope),
        "oc.deprecated" => deprecated(resolver, args, scope),
        "oc.dict.keys" => dict_keys(resolver, args, scope),
        "oc.dict.values" => dict_values(resolver, args, scope),
        "hydra" => hydra(resolver, args, scope),
        "now" => now(resolver, args, scope),
        "minus" => arithmetic(args, scope, i128::checked_sub, |x, y| Some(Value::Float(x - y))),
        "times_int" if args.iter().any(|arg| arg.as_str().is_some()) => repeated(args, scope),
        "times_int" => arithmetic(args, scope, i128::checked_mul, |x, y| truncated(x * y)),
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

/// Whether an argument, when it is there, is a text.
fn must_be_text(arg: Option<&Node>, what: &str) -> std::result::Result<(), Problem> {
    match arg {
        Some(node) if node.as_str().is_none() => {
            let got = python::repr(&node.value);
            Err(Problem::new(format!("expected a text as the {what}, got {got}")))
        }
        _ => Ok(()),
    }
}

fn env<'a>(args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (name, default) = text_and_more(args)?;
    let set = (!name.is_empty() && !name.contains(['=', '\0'])).then(|| std::env::var_os(name));
    let value = match (set.flatten(), default.map(|node| &node.value)) {
        (Some(text), _) => match text.into_string() {
            Ok(text) => Value::Str(text),
            Err(_) => {
                let problem = format!("environment variable `{name}` is not UTF-8");
                return Err(Problem::new(problem));
            }
        },
        (None, Some(Value::Null)) => Value::Null,
        (None, Some(value)) => Value::Str(python::str_of(value)),
        (None, None) => {
            return Err(Problem::new(format!("environment variable `{name}` not found")));
        }
    };
    Ok(plain(value, scope))
}

/// A list, a dict, or a text with YAML in it, whose own interpolations count.
fn create<'a>(args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let node = one(args)?;
    match &node.value {
        Value::Null | Value::List(_) | Value::Map(_) => Ok(live(node.clone(), scope)),
        Value::Str(text) => {
            let made = yaml::load_text(text, &scope.node.origin);
            made.map(|node| live(node, scope)).map_err(|error| Problem::new(error.to_string()))
        }
        other => {
            let got = python::repr(other);
            Err(Problem::new(format!("expected a list, a dict or YAML text, got {got}")))
        }
    }
}

fn select<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (path, default) = text_and_more(args)?;
    let found = match resolver.select(path, scope.container()) {
        Ok(found) => found,
        Err(problem) if problem.is_nothing() => None,
        Err(problem) => return Err(problem),
    };
    let default = || default.map_or(Value::Null, |node| node.value.clone());
    Ok(found.unwrap_or_else(|| plain(default(), scope)))
}

fn decode<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    match &one(args)?.value {
        Value::Null => Ok(plain(Value::Null, scope)),
        Value::Str(text) => {
            let expr = parser::parse_element(text).map_err(Problem::new)?;
            Ok(Found::Plain(resolver.expr(&expr, scope)?))
        }
        other => Err(Problem::new(format!("expected a text, got {}", python::repr(other)))),
    }
}

/// The value of a renamed key; says so, in OmegaConf's words.
fn deprecated<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (path, message) = text_and_more(args)?;
    must_be_text(message, "message")?;
    let found = match resolver.select(path, scope.container()) {
        Ok(Some(found)) => found,
        Err(problem) if problem.kind == ProblemKind::Missing => {
            plain(Value::Str("???".to_owned()), scope)
        }
        Err(problem) if !problem.is_nothing() => return Err(problem),
        Ok(None) | Err(_) => return Err(Problem::new(format!("key not found: `{path}`"))),
    };
    let new = match &found {
        Found::At(path, _) => key::dotted(path),
        Found::Made(..) | Found::Plain(_) => path.trim_start_matches('.').to_owned(),
    };
    let old = key::dotted(scope.path);
    let message = message.and_then(Node::as_str).unwrap_or(RENAMED);
    let message = substitute(message, &[("OLD_KEY", &old), ("NEW_KEY", &new)]);
    resolver.context.notes.add(format!("{message} (at {})", scope.node.origin));
    Ok(found)
}

const RENAMED: &str = "'$OLD_KEY' is deprecated. Change your code and config to use '$NEW_KEY'";

/// Python's `string.Template.safe_substitute`: `$NAME` and `${NAME}`; `$$` is a dollar sign.
fn substitute(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let braced = rest.strip_prefix('{');
        let body = braced.unwrap_or(rest);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = body.find(|c| !is_name(c)).unwrap_or(body.len());
        let closed = braced.is_none() || body[length..].starts_with('}');
        let value = values.iter().find(|(name, _)| *name == &body[..length] && closed);
        if let Some((_, value)) = value {
            out.push_str(value);
            rest = &body[length + usize::from(braced.is_some())..];
        } else {
            out.push('$');
            rest = rest.strip_prefix('$').unwrap_or(rest);
        }
    }
    out + rest
}

/// The mapping at a path, for the resolvers that list it.
fn mapping<'a>(
    resolver: &Resolver<'a>,
    args: &[Node],
    scope: Scope<'_>,
) -> std::result::Result<(String, Found<'a>), Problem> {
    let path = one(args)?.as_str().ok_or_else(|| Problem::new("expected a path"))?;
    let found = match resolver.select(path, scope.container()) {
        Err(problem) if problem.is_nothing() => return Err(Problem::new(problem.message)),
        found => found?.ok_or_else(|| Problem::new(format!("key not found: `{path}`")))?,
    };
    if found.node().as_map().is_none() {
        return Err(Problem::new(format!("`{path}` is not a mapping")));
    }
    resolver.spend(found.node().size())?;
    Ok((path.to_owned(), found))
}

fn keys_of(found: &Found<'_>) -> Vec<Key> {
    found.node().as_map().map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

fn dict_keys<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (_, found) = mapping(resolver, args, scope)?;
    let item = |key: Key| Node::new(key.into_value(), scope.node.origin.clone());
    let items = keys_of(&found).into_iter().map(item).collect();
    Ok(live(Node::new(Value::List(items), scope.node.origin.clone()), scope))
}

/// A list of references, so that each value is looked up where it stands; the list is one level
/// more for a relative path.
fn dict_values<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (path, found) = mapping(resolver, args, scope)?;
    let up = if path.starts_with('.') { "." } else { "" };
    let reference = |key: Key| {
        let text = format!("${{{up}{path}.{key}}}");
        Node::new(Value::Str(text), scope.node.origin.clone())
    };
    let items = keys_of(&found).into_iter().map(reference).collect();
    Ok(live(Node::new(Value::List(items), scope.node.origin.clone()), scope))
}

fn hydra<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let path = one(args)?.as_str().ok_or_else(|| Problem::new("expected a path"))?;
    let at = vec![Key::from("hydra")];
    let start = match (&resolver.context.printed_hydra, resolver.root.child("hydra")) {
        (Some(hidden), _) => Found::Made(at, resolver.copied(hidden)?),
        (None, Some(node)) => Found::At(at, node),
        (None, None) => return Err(Problem::new("the config has no hydra node")),
    };
    let open = |node: &Node| node.any_leaf(&|leaf| leaf.is_interpolation());
    match resolver.walk(start, path) {
        Ok(Some(Found::Made(_, node))) if node.is_container() && open(&node) => {
            Err(Problem::new(format!("`{path}` of a config that is printed holds interpolations")))
        }
        Ok(Some(found)) => Ok(found),
        Ok(None) => Ok(plain(Value::Null, scope)),
        Err(problem) if problem.is_nothing() => Ok(plain(Value::Null, scope)),
        Err(problem) => Err(problem),
    }
}

fn now<'a>(resolver: &Resolver<'a>, args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let format = python::str_of(&one(args)?.value);
    let micros = format!("{:06}", resolver.context.now.subsec_nanosecond() / 1000);
    let format = format.replace("%f", &micros);
    let text = jiff::fmt::strtime::format(&format, &resolver.context.now)
        .map_err(|e| Problem::new(e.to_string()))?;
    Ok(plain(Value::Str(text), scope))
}

/// Python's arithmetic: booleans are 0 and 1, integers stay integers.
fn arithmetic<'a>(
    args: &[Node],
    scope: Scope<'_>,
    whole: fn(i128, i128) -> Option<i128>,
    real: fn(f64, f64) -> Option<Value>,
) -> Result<'a> {
    let [x, y] = args else {
        return Err(Problem::new(format!("expected 2 arguments, got {}", args.len())));
    };
    let integer = |node: &Node| match node.value {
        Value::Int(i) => Some(i),
        Value::Bool(b) => Some(i128::from(b)),
        _ => None,
    };
    let number = |node: &Node| match node.value {
        Value::Float(x) => Some(x),
        _ => integer(node).map(|i| i as f64),
    };
    let value = match (integer(x), integer(y), number(x), number(y)) {
        (Some(a), Some(b), ..) => whole(a, b).map(Value::Int),
        (_, _, Some(a), Some(b)) => real(a, b),
        _ => {
            let got = [&x.value, &y.value].map(python::repr).join(" and ");
            return Err(Problem::new(format!("expected two numbers, got {got}")));
        }
    };
    value.map(|value| plain(value, scope)).ok_or_else(|| Problem::new("integer out of range"))
}

/// `int(text * times)`: Python repeats a text and reads the result.
fn repeated<'a>(args: &[Node], scope: Scope<'_>) -> Result<'a> {
    let (text, times) = match args.iter().map(|arg| &arg.value).collect::<Vec<_>>()[..] {
        [Value::Str(text), Value::Int(times)] | [Value::Int(times), Value::Str(text)] => {
            (text, *times)
        }
        _ => return Err(Problem::new("expected two numbers, or a text and an integer")),
    };
    let times = usize::try_from(times).unwrap_or(0);
    let number = match text.len().checked_mul(times) {
        Some(0..=100) => python::parse_int(&text.repeat(times)),
        _ => None,
    };
    let problem = || Problem::new(format!("`{text}` {times} times is not an integer in range"));
    number.map(|i| plain(Value::Int(i), scope)).ok_or_else(problem)
}

/// `int(x)`.
fn truncated(x: f64) -> Option<Value> {
    (x.abs() < 1.7e38).then_some(Value::Int(x.trunc() as i128))
}
