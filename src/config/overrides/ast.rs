//! What an override says.

use crate::config::origin::Origin;

/// An override as it was written and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideArg {
    /// `key=value`, `+group=option`, `~key`, ...
    pub text: String,
    /// Where it was written.
    pub origin: Origin,
}

impl OverrideArg {
    /// The `index`-th (from 1) command-line argument.
    pub fn argument(index: usize, text: &str) -> Self {
        Self { text: text.to_owned(), origin: Origin::argument(index, text) }
    }
}

/// What an override does with its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// `key=value`
    Change,
    /// `+key=value`
    Add,
    /// `++key=value`
    ForceAdd,
    /// `~key`, `~key=value`
    Delete,
}

/// A parsed override.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Override {
    pub(crate) action: Action,
    /// `a.b` or `group/sub`.
    pub(crate) key: String,
    /// After `@`.
    pub(crate) package: Option<String>,
    /// `None` only for `~key`.
    pub(crate) value: Option<Assigned>,
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// The right-hand side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Assigned {
    Literal(Literal),
    Sweep(Sweep),
}

/// A value of the override grammar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(String),
    Quoted {
        text: String,
        quote: char,
    },
    List(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
    /// `append(..)`, `replace(..)`, ...: what to do with the value that is there. It stands alone
    /// or among the values of a sweep, never inside a list or dict.
    Edit(Box<Edit>),
}

/// An edit of the value that a key has; [`crate::config::edit`] says what each does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Edit {
    /// `append(a,b)`, `extend_list(a,b)`
    Append(Vec<Literal>),
    /// `prepend(a,b)`
    Prepend(Vec<Literal>),
    /// `insert(i,a,b)`
    Insert { at: i128, values: Vec<Literal> },
    /// `remove_at(i)`
    RemoveAt(i128),
    /// `remove_value(a,b)`
    RemoveValue(Vec<Literal>),
    /// `list_clear()`
    Clear,
    /// `replace(x)`
    Replace(Literal),
}

/// Several values for one key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sweep {
    pub(crate) values: SweepValues,
    pub(crate) tags: Vec<String>,
    pub(crate) shuffle: bool,
    /// `zip(..)`: advances together with the other sweeps of its tags.
    pub(crate) zipped: bool,
}

impl Sweep {
    /// A sweep without tags, in order, on its own.
    pub(crate) fn new(values: SweepValues) -> Self {
        Self { values, tags: Vec::new(), shuffle: false, zipped: false }
    }
}

/// Which values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SweepValues {
    /// `a,b,c` (simple) or `choice(a,b,c)`.
    Choice { items: Vec<Literal>, simple: bool },
    /// `range(start,stop,step)`
    Range { start: Number, stop: Number, step: Number },
    /// `interval(a,b)`
    Interval { start: Number, end: Number },
    /// `glob(include,exclude)`
    Glob { include: Vec<String>, exclude: Vec<String> },
}

/// A bound of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Float(x) => x,
        }
    }
}

impl Override {
    /// Whether it concerns `hydra.*` or `hydra/*` and not the application's config.
    pub(crate) fn is_hydra(&self) -> bool {
        self.key.starts_with("hydra.") || self.key.starts_with("hydra/")
    }

    /// `key` or `group@package`.
    pub(crate) fn target(&self) -> String {
        match &self.package {
            Some(package) => format!("{}@{package}", self.key),
            None => self.key.clone(),
        }
    }

    /// The target with its prefix: `+group@package`, `~key`.
    pub(crate) fn key_element(&self) -> String {
        let prefix = match self.action {
            Action::Change => "",
            Action::Add => "+",
            Action::ForceAdd => "++",
            Action::Delete => "~",
        };
        format!("{prefix}{}", self.target())
    }

    pub(crate) fn sweep(&self) -> Option<&Sweep> {
        match &self.value {
            Some(Assigned::Sweep(sweep)) => Some(sweep),
            _ => None,
        }
    }

    /// The edit, when it is one.
    pub(crate) fn edit(&self) -> Option<&Edit> {
        match self.literal() {
            Some(Literal::Edit(edit)) => Some(edit),
            _ => None,
        }
    }

    pub(crate) fn literal(&self) -> Option<&Literal> {
        match &self.value {
            Some(Assigned::Literal(literal)) => Some(literal),
            _ => None,
        }
    }
}
