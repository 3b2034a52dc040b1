//! One condition on a run: `KEY OPERATOR VALUE`.
//!
//! | part | meaning |
//! |---|---|
//! | `KEY` | a word as [`Name`] knows it |
//! | `==`, `!=` | equal, not equal: numbers by value, texts whole or by their start (`ek55_*`), one of a list |
//! | `<`, `<=`, `>`, `>=` | number with number, text with text; what is not there is neither |
//! | `VALUE` | a number, `true`, `false`, `null`, a text with or without quotes |
//! | `A\|B` | any of several, with `==`; none of them, with `!=` |
//!
//! What a run does not have equals `null`. Several conditions must all hold. This is less than the
//! conditions of a sweep, whose texts need quotes and whose keys are those of one config: here words
//! stand for texts as they do in overrides, and names of metrics hold `/`.

use std::cmp::Ordering;

use serde_json::Value;

use super::{AnalysisError, ConfigReader, Name, Record};

/// Longest first: `<=` before `<`.
const OPERATORS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::Order(&[Ordering::Less, Ordering::Equal])),
    (">=", Operator::Order(&[Ordering::Greater, Ordering::Equal])),
    ("<", Operator::Order(&[Ordering::Less])),
    (">", Operator::Order(&[Ordering::Greater])),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Order(&'static [Ordering]),
}

/// A parsed condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    key: String,
    operator: Operator,
    /// More than one only with `==` and `!=`.
    values: Vec<Literal>,
}

/// A value as it is written and as it is meant.
#[derive(Clone, Debug, PartialEq)]
struct Literal {
    text: String,
    value: Value,
}

impl Condition {
    /// Whether a text is meant as a condition rather than as the name of a run.
    pub fn is_meant(text: &str) -> bool {
        text.contains(['<', '>']) || text.contains("==") || text.contains("!=")
    }

    /// Reads a condition.
    ///
    /// # Errors
    /// What does not follow the table above.
    pub fn parse(text: &str) -> Result<Self, AnalysisError> {
        let refuse = |problem: String| AnalysisError::Condition { text: text.to_owned(), problem };
        let Some(at) = text.find(['=', '!', '<', '>']) else {
            return Err(refuse("expected `KEY == VALUE`, with one of == != < <= > >=".into()));
        };
        let (key, rest) = (text[..at].trim(), &text[at..]);
        let found = OPERATORS.iter().find(|(sign, _)| rest.starts_with(sign));
        let Some((sign, operator)) = found else {
            return Err(refuse("expected one of == != < <= > >=; `=` alone is an override".into()));
        };
        let values = alternatives(&rest[sign.len()..]).map_err(&refuse)?;
        if key.is_empty() {
            return Err(refuse(format!("expected a key before `{sign}`")));
        }
        if values.len() > 1 && matches!(operator, Operator::Order(_)) {
            return Err(refuse(format!("`{sign}` goes with one value")));
        }
        let text = text.to_owned();
        Ok(Self { text, key: key.to_owned(), operator: *operator, values })
    }

    /// The records for which it holds.
    ///
    /// # Errors
    /// A key that none of them has; an order that none of their values has with the value.
    pub fn filter(
        &self,
        records: Vec<Record>,
        reader: &dyn ConfigReader,
    ) -> Result<Vec<Record>, AnalysisError> {
        if records.is_empty() {
            return Ok(records);
        }
        let name = Name::resolve(&self.key, &records, reader)?;
        let (mut compared, mut other) = (false, None);
        let mut kept = Vec::new();
        for record in records {
            let value = name.value(&record, reader).unwrap_or(Value::Null);
            match self.holds(&value) {
                Some(holds) => {
                    compared = true;
                    if holds {
                        kept.push(record);
                    }
                }
                None if value.is_null() => {}
                None => other = Some(value),
            }
        }
        match other {
            Some(value) if !compared => {
                let problem = format!("{value} and `{}` have no order", self.values[0].text);
                Err(AnalysisError::Condition { text: self.text.clone(), problem })
            }
            _ => Ok(kept),
        }
    }

    /// Whether it holds for a value; `None` where the two have no order.
    fn holds(&self, value: &Value) -> Option<bool> {
        match self.operator {
            Operator::Equal => Some(self.values.iter().any(|wanted| wanted.is(value))),
            Operator::NotEqual => Some(!self.values.iter().any(|wanted| wanted.is(value))),
            Operator::Order(wanted) => {
                self.values.first()?.order(value).map(|order| wanted.contains(&order))
            }
        }
    }
}

impl Literal {
    fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        for quote in ['\'', '"'] {
            let Some(rest) = text.strip_prefix(quote) else { continue };
            let inner = rest.strip_suffix(quote).ok_or("a quote that is not closed")?;
            return Ok(Self { text: inner.to_owned(), value: inner.into() });
        }
        let value = match text {
            "" => return Err("expected a value; an empty text is ''".into()),
            "null" | "none" | "None" => Value::Null,
            "true" | "True" => true.into(),
            "false" | "False" => false.into(),
            _ => text.parse().ok().filter(|x: &f64| x.is_finite()).map_or(text.into(), Value::from),
        };
        Ok(Self { text: text.to_owned(), value })
    }

    fn is(&self, value: &Value) -> bool {
        let is_text = |text: &str| match self.text.strip_suffix('*') {
            Some(start) => text.starts_with(start),
            None => text == self.text,
        };
        match value {
            Value::Array(items) if items.iter().any(|item| self.is(item)) => true,
            Value::String(text) => is_text(text) && !self.value.is_null(),
            Value::Number(number) => {
                self.value.as_f64().is_some_and(|x| number.as_f64() == Some(x))
            }
            Value::Array(_) | Value::Object(_) => {
                let (written, wanted) = (value.to_string(), self.text.split_whitespace());
                written == wanted.collect::<String>()
            }
            Value::Null | Value::Bool(_) => *value == self.value,
        }
    }

    fn order(&self, value: &Value) -> Option<Ordering> {
        match value {
            Value::Number(number) => number.as_f64()?.partial_cmp(&self.value.as_f64()?),
            Value::String(text) => Some(text.as_str().cmp(&self.text)),
            _ => None,
        }
    }
}

/// The values between `|`; one within quotes separates nothing.
fn alternatives(text: &str) -> Result<Vec<Literal>, String> {
    let (mut values, mut start, mut open) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        match (c, open) {
            ('\'' | '"', None) => open = Some(c),
            (c, Some(quote)) if c == quote => open = None,
            ('|', None) => {
                values.push(Literal::new(&text[start..at])?);
                start = at + 1;
            }
            _ => {}
        }
    }
    values.push(Literal::new(&text[start..])?);
    Ok(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::record::tests::{Fake, finished};
    use super::*;

    fn holds(text: &str, value: &Value) -> Option<bool> {
        Condition::parse(text).unwrap_or_else(|e| panic!("{e}")).holds(value)
    }

    #[test]
    fn accepted() {
        for (text, value, expected) in [
            ("distill>=1", json!(1), Some(true)),
            ("distill >= 1", json!(0.5), Some(false)),
            ("a<2", json!(1.5), Some(true)),
            ("a==1", json!(1.0), Some(true)),
            ("a==1", json!("1"), Some(true)),
            ("a=='1'", json!(1), Some(false)),
            ("version==0001", json!("0001"), Some(true)),
            ("version==1", json!("0001"), Some(false)),
            ("status==completed", json!("completed"), Some(true)),
            ("status==failed|stale", json!("stale"), Some(true)),
            ("status!=failed|stale", json!("stale"), Some(false)),
            ("name=='a|b'", json!("a|b"), Some(true)),
            ("experiment==ek55_*", json!("ek55_bert"), Some(true)),
            ("t==torch.optim.Adam", json!("torch.optim.Adam"), Some(true)),
            ("x==null", json!(null), Some(true)),
            ("x==null", json!("null"), Some(false)),
            ("x!=1", json!(null), Some(true)),
            ("x>1", json!(null), None),
            ("x==true", json!(true), Some(true)),
            ("tag==good", json!(["bad", "good"]), Some(true)),
            ("tag!=good", json!(["bad", "good"]), Some(false)),
            ("size==[1, 2]", json!([1, 2]), Some(true)),
            ("started>2026-11", json!("2026-11-26T00:00:00Z"), Some(true)),
            ("x<abc", json!(1), None),
            ("x==nan", json!(1), Some(false)),
            ("x==''", json!(""), Some(true)),
        ] {
            assert_eq!(holds(text, &value), expected, "{text} for {value}");
        }
    }

    #[test]
    fn refused() {
        for (text, told) in [
            ("distill", "expected `KEY == VALUE`"),
            ("distill=1", "`=` alone is an override"),
            ("==1", "expected a key"),
            ("a==", "expected a value"),
            ("a==1|", "expected a value"),
            ("a<1|2", "goes with one value"),
            ("a=='x", "not closed"),
            ("a!1", "expected one of"),
            ("", "expected `KEY == VALUE`"),
        ] {
            let error = Condition::parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn an_order_that_nothing_has_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let records = || vec![finished(dir.path(), "e", json!({"a": 1, "b": null}), json!({}))];
        let filter = |text| Condition::parse(text).unwrap().filter(records(), &Fake);
        let error = filter("a>abc").unwrap_err().to_string();
        assert!(error.contains("1 and `abc` have no order"), "{error}");
        assert!(filter("b>1").unwrap().is_empty());
        assert_eq!(filter("a>0").unwrap().len(), 1);
        assert!(matches!(filter("c>0"), Err(AnalysisError::Unknown { .. })));
        assert!(Condition::parse("c>0").unwrap().filter(Vec::new(), &Fake).unwrap().is_empty());
    }
}
