//! The types that built-in configs declare for their keys, and the conversions they imply.
//!
//! Only the `hydra` node is declared; an application's own tree is [`Ty::Any`] throughout and is
//! typed later, when it is extracted.
//!
//! | type | accepts |
//! |---|---|
//! | `Str` | any scalar, as Python prints it |
//! | `Int` | integers, strings that read as one |
//! | `Bool` | booleans, integers, `true/yes/on/y/1`, `false/no/off/n/0` |
//! | `Mode` | `RUN`, `MULTIRUN`, 1, 2 |
//! | `Struct` | a mapping with declared keys only |
//! | `Dict`, `List` | a mapping, a list; their elements are converted |
//!
//! `???` and interpolations are accepted by every type, null by the optional ones.

use super::key::Key;
use super::node::{Node, Value};
use super::python;

/// A declared type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    /// Undeclared.
    Any,
    /// A scalar.
    Leaf(Leaf, Null),
    /// A mapping whose keys are declared; the name appears in errors.
    Struct(&'static str),
    /// A mapping with any string keys.
    Dict(&'static Ty, Null),
    /// A list.
    List(&'static Ty, Null),
}

/// A declared scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Str,
    Int,
    Bool,
    Mode,
}

/// Whether null is a value of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Null {
    Allowed,
    Refused,
}

impl Ty {
    /// The type of the elements of a mapping or list of this type.
    pub(crate) fn element(self) -> Ty {
        match self {
            Ty::Dict(inner, _) | Ty::List(inner, _) => *inner,
            Ty::Any | Ty::Leaf(..) | Ty::Struct(_) => Ty::Any,
        }
    }

    /// Converts `node` in place.
    ///
    /// # Errors
    /// What was expected instead.
    pub(crate) fn convert(self, node: &mut Node) -> Result<(), String> {
        if self == Ty::Any {
            return Ok(());
        }
        if !node.is_special() {
            self.convert_value(node)?;
        } else if node.value == Value::Null && !self.takes_null() {
            return Err(self.to_string());
        }
        node.ty = self;
        Ok(())
    }

    /// Whether it is Hydra's enumeration, which Python prints with its class.
    pub(crate) fn is_mode(self) -> bool {
        matches!(self, Ty::Leaf(Leaf::Mode, _))
    }

    fn takes_null(self) -> bool {
        match self {
            Ty::Any => true,
            Ty::Leaf(_, null) | Ty::Dict(_, null) | Ty::List(_, null) => null == Null::Allowed,
            Ty::Struct(_) => false,
        }
    }

    fn convert_value(self, node: &mut Node) -> Result<(), String> {
        let expected = || Err(self.to_string());
        match (self, &mut node.value) {
            (Ty::Any, _) | (Ty::Struct(_), Value::Map(_)) => Ok(()),
            (Ty::Dict(inner, _), Value::Map(map)) => {
                map.values_mut().try_for_each(|child| inner.convert(child))
            }
            (Ty::List(inner, _), Value::List(items)) => {
                items.iter_mut().try_for_each(|child| inner.convert(child))
            }
            (Ty::Leaf(leaf, _), value) => match leaf.convert(value) {
                Some(converted) => {
                    *value = converted;
                    Ok(())
                }
                None => expected(),
            },
            (Ty::Struct(_) | Ty::Dict(..) | Ty::List(..), _) => expected(),
        }
    }
}

impl Leaf {
    fn convert(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (_, Value::List(_) | Value::Map(_) | Value::Null) => None,
            (Leaf::Str, scalar) => Some(Value::Str(python::str_of(scalar))),
            (Leaf::Int, Value::Int(i)) => Some(Value::Int(*i)),
            (Leaf::Int, Value::Str(s)) => python::parse_int(s).map(Value::Int),
            (Leaf::Int, _) => None,
            (Leaf::Bool, Value::Bool(b)) => Some(Value::Bool(*b)),
            (Leaf::Bool, Value::Int(i)) => Some(Value::Bool(*i != 0)),
            (Leaf::Bool, Value::Str(s)) => parse_bool(s).map(Value::Bool),
            (Leaf::Bool, Value::Float(_)) => None,
            (Leaf::Mode, Value::Int(1)) => Some(Value::Str("RUN".into())),
            (Leaf::Mode, Value::Int(2)) => Some(Value::Str("MULTIRUN".into())),
            (Leaf::Mode, Value::Str(s)) => {
                let name = s.strip_prefix("RunMode.").unwrap_or(s);
                matches!(name, "RUN" | "MULTIRUN").then(|| Value::Str(name.to_owned()))
            }
            (Leaf::Mode, _) => None,
        }
    }
}

/// Whether a struct takes a key that Hydra's has not; it is not shown unless it is set.
pub(crate) fn is_hidden(name: &str, key: &Key) -> bool {
    matches!((name, key), ("BasicSweeperConf", Key::Str(key)) if key == "exclude")
}

fn parse_bool(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "on" | "true" | "1" => Some(true),
        "no" | "n" | "off" | "false" | "0" => Some(false),
        _ => None,
    }
}

impl std::fmt::Display for Ty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ty::Any => f.write_str("any value"),
            Ty::Leaf(Leaf::Str, _) => f.write_str("a string"),
            Ty::Leaf(Leaf::Int, _) => f.write_str("an integer"),
            Ty::Leaf(Leaf::Bool, _) => f.write_str("true or false"),
            Ty::Leaf(Leaf::Mode, _) => f.write_str("RUN or MULTIRUN"),
            Ty::Struct(name) => write!(f, "a mapping ({name})"),
            Ty::Dict(..) => f.write_str("a mapping"),
            Ty::List(inner, _) => write!(f, "a list, each item {inner}"),
        }
    }
}
