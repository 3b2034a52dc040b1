//! The values of resolver arguments.

use super::ast::Expr;
use super::problem::Problem;
use super::resolve::{Resolver, Scope};
use crate::config::key::Key;
use crate::config::node::{Map, Node, Value};

impl Resolver<'_> {
    /// The value of a resolver argument.
    pub(crate) fn expr(&self, expr: &Expr, scope: Scope<'_>) -> Result<Node, Problem> {
        let value = match expr {
            Expr::Null => Value::Null,
            Expr::Bool(b) => Value::Bool(*b),
            Expr::Int(i) => Value::Int(*i),
            Expr::Float(x) => Value::Float(*x),
            Expr::Text(parts) => return self.copied(self.parts(parts, scope)?.node()),
            Expr::Quoted(parts) => Value::Str(self.text(parts, scope)?),
            Expr::List(items) => Value::List(self.nested(|| {
                items.iter().map(|item| self.expr(item, scope)).collect::<Result<_, _>>()
            })?),
            Expr::Dict(items) => Value::Map(self.nested(|| self.dict(items, scope))?),
        };
        Ok(Node::new(value, scope.node.origin.clone()))
    }

    fn dict(&self, items: &[(Expr, Expr)], scope: Scope<'_>) -> Result<Map, Problem> {
        let mut map = Map::new();
        for (key, item) in items {
            let key = dict_key(self.expr(key, scope)?.value)?;
            map.insert(key, self.expr(item, scope)?);
        }
        Ok(map)
    }
}

fn dict_key(value: Value) -> Result<Key, Problem> {
    match value {
        Value::Str(text) => Ok(Key::Str(text)),
        Value::Int(i) => Ok(Key::Int(i)),
        Value::Float(x) => Ok(Key::Float(x)),
        Value::Bool(b) => Ok(Key::Bool(b)),
        Value::Null | Value::List(_) | Value::Map(_) => {
            Err(Problem::new("a key must be a scalar and not null"))
        }
    }
}
