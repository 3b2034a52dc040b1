//! The name of a segment, as configs give it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// An entry of `dataset_*.uid_subset`: a number, or a text such as `P01_11_0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentUid(pub String);

impl JsonSchema for SegmentUid {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SegmentUid".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "string"] })
    }
}

impl<'de> Deserialize<'de> for SegmentUid {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        struct Uid;

        impl Visitor<'_> for Uid {
            type Value = SegmentUid;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number or a text")
            }

            fn visit_i64<E: Error>(self, uid: i64) -> Result<SegmentUid, E> {
                Ok(SegmentUid(uid.to_string()))
            }

            fn visit_u64<E: Error>(self, uid: u64) -> Result<SegmentUid, E> {
                Ok(SegmentUid(uid.to_string()))
            }

            fn visit_str<E: Error>(self, uid: &str) -> Result<SegmentUid, E> {
                Ok(SegmentUid(uid.to_owned()))
            }
        }

        value.deserialize_any(Uid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_names() {
        let read = |text: &str| serde_yaml::from_str::<Vec<SegmentUid>>(text);
        let found = read("[330, -1, P01_11_0]").unwrap();
        assert_eq!(found, ["330", "-1", "P01_11_0"].map(|uid| SegmentUid(uid.into())));
        for text in ["[1.5]", "[null]", "[[1]]"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
