//! What an interpolated text means.

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Literal text, escapes already removed.
    Text(String),
    /// `${...}`
    Inter(Inter),
}

/// `${...}`
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Inter {
    /// `${a.b}`, `${.a}`, `${a[b]}`, `${a.${b}}`: the path as text, with nested interpolations.
    Node(Vec<Part>),
    /// `${name:argument,...}`
    Call { name: Vec<Part>, args: Vec<Expr> },
}

/// An argument of a resolver.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    /// Unquoted text; a single interpolation keeps the type of its value.
    Text(Vec<Part>),
    /// Quoted text: always a string.
    Quoted(Vec<Part>),
    List(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
}
