//! A key of the original that takes a function, where it has none to give.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny};

/// A function that there is not: every value is refused, so that the key is `null` or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFunction {}

impl JsonSchema for NoFunction {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "NoFunction".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "not": {} })
    }
}

impl<'de> Deserialize<'de> for NoFunction {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(value)?;
        Err(D::Error::custom("no function can be given here: leave it out, or write null"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_null_is_taken() {
        let read = |text: &str| serde_yaml::from_str::<Option<NoFunction>>(text);
        assert_eq!(read("null").unwrap(), None);
        for text in ["{_target_: a.function}", "a.function", "1"] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("leave it out"), "{text}: {error}");
        }
    }
}
