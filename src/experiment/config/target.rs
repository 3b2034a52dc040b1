//! Nodes that name what they configure: `_target_` is read first and decides which struct the rest
//! of the node is read into. Beside it, the value forms that several elements share.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value as Json, json};

/// The key that names what a node configures.
pub const TARGET: &str = "_target_";

/// A node with alternatives, told apart by `_target_`.
pub trait ByTarget: Sized {
    /// The values of `_target_`.
    const TARGETS: &'static [&'static str];

    /// Reads the keys that belong to `target`.
    fn read<'de, D: Deserializer<'de>>(target: &str, keys: D) -> Result<Self, D::Error>;
}

/// Declares an enum over the structs that the values of `_target_` stand for.
macro_rules! by_target {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$note:meta])* $target:literal => $variant:ident($keys:ty)),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name { $($(#[$note])* #[doc = concat!(" `", $target, "`")] $variant($keys)),+ }

        impl $name {
            /// Its `_target_`.
            pub fn target(&self) -> &'static str {
                match self { $(Self::$variant(_) => $target),+ }
            }
        }

        impl $crate::experiment::config::target::ByTarget for $name {
            const TARGETS: &'static [&'static str] = &[$($target),+];

            fn read<'de, D: serde::Deserializer<'de>>(target: &str, keys: D) -> Result<Self, D::Error> {
                match target {
                    $($target => serde::Deserialize::deserialize(keys).map(Self::$variant),)+
                    other => Err(serde::de::Error::unknown_variant(other, Self::TARGETS)),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(node: D) -> Result<Self, D::Error> {
                $crate::experiment::config::target::node(node)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let options = [$($crate::experiment::config::target::option::<$keys>($target, generator)),+];
                schemars::json_schema!({ "oneOf": options })
            }
        }
    };
}
pub(super) use by_target;

/// The schema of one struct of several: its own keys behind the `_target_` that stands for it.
pub fn option<T: JsonSchema>(target: &str, generator: &mut SchemaGenerator) -> Schema {
    let mut schema = T::json_schema(generator);
    let object = schema.ensure_object();
    let keys = object.remove("properties").and_then(|keys| keys.as_object().cloned());
    let required = object.remove("required").and_then(|keys| keys.as_array().cloned());
    let first = (TARGET.to_owned(), json!({ "const": target }));
    let keys: Map<String, Json> = [first].into_iter().chain(keys.unwrap_or_default()).collect();
    let required = [Json::from(TARGET)].into_iter().chain(required.unwrap_or_default());
    object.insert("properties".into(), Json::Object(keys));
    object.insert("required".into(), required.collect());
    schema
}

/// Declares the type of a `_target_` that can have one value only.
macro_rules! only_target {
    ($name:ident, $target:literal) => {
        #[doc = concat!("Always `", $target, "`.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name {
            #[doc = concat!("`", $target, "`")]
            #[serde(rename = $target)]
            Only,
        }
    };
}
pub(super) use only_target;

/// Reads a node by its `_target_`, which comes first in the order of keys.
pub fn node<'de, T: ByTarget, D: Deserializer<'de>>(node: D) -> Result<T, D::Error> {
    struct Node<T>(PhantomData<T>);

    impl<'de, T: ByTarget> Visitor<'de> for Node<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a mapping with `{TARGET}`")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            match map.next_key::<String>()? {
                Some(key) if key == TARGET => {}
                _ => return Err(A::Error::missing_field(TARGET)),
            }
            let target = map.next_value_seed(Known(T::TARGETS))?;
            T::read(&target, MapAccessDeserializer::new(map))
        }
    }

    node.deserialize_map(Node(PhantomData))
}

/// Checks the value of `_target_` where it is read, so that the error is about this key.
struct Known(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Known {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<String, D::Error> {
        let target = String::deserialize(value)?;
        if self.0.contains(&target.as_str()) {
            return Ok(target);
        }
        Err(D::Error::unknown_variant(&target, self.0))
    }
}

/// A node of which nothing but `_target_` is left to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoKeys {}

/// The schema of what [`one_or_many`] reads.
pub struct OneOrMany<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        let many = generator.subschema_for::<Vec<T>>();
        json_schema!({ "anyOf": [one, many] })
    }
}

/// Reads `x` like `[x]`: keys that AVT gives as a text or as a list of them.
pub fn one_or_many<'de, T, D>(value: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    struct Reader<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a list of texts")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
            T::deserialize(text.into_deserializer()).map(|one| vec![one])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Vec<T>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(seq))
        }
    }

    value.deserialize_any(Reader(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns.
    #[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Wheel {
        spokes: usize,
    }

    by_target! {
        /// A part.
        pub enum Part {
            "parts.Wheel" => Wheel(Wheel),
            "parts.Bell" => Bell(NoKeys),
        }
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Names(#[serde(deserialize_with = "one_or_many")] Vec<String>);

    #[test]
    fn the_target_decides() {
        let read = |text: &str| serde_yaml::from_str::<Part>(text);
        assert_eq!(
            read("{_target_: parts.Wheel, spokes: 3}").unwrap(),
            Part::Wheel(Wheel { spokes: 3 })
        );
        assert_eq!(read("{_target_: parts.Bell}").unwrap(), Part::Bell(NoKeys {}));
        assert_eq!(Part::Bell(NoKeys {}).target(), "parts.Bell");
        for (text, said) in [
            ("{spokes: 3}", "missing field `_target_`"),
            ("{_target_: parts.Horn}", "expected `parts.Wheel` or `parts.Bell`"),
            ("{_target_: parts.Wheel, spoke: 3}", "unknown field `spoke`"),
            ("{_target_: parts.Bell, spokes: 3}", "unknown field `spokes`"),
            ("3", "a mapping with `_target_`"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn the_schema_has_an_option_for_every_target() {
        let schema = schemars::schema_for!(Part).to_value();
        assert_eq!(
            schema["oneOf"][0],
            json!({
                "description": "Turns.",
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "_target_": {"const": "parts.Wheel"},
                    "spokes": {"type": "integer", "format": "uint", "minimum": 0},
                },
                "required": ["_target_", "spokes"],
            })
        );
        assert_eq!(schema["oneOf"][1]["required"], json!(["_target_"]));
    }

    #[test]
    fn one_is_a_list_of_one() {
        let read = |text: &str| serde_yaml::from_str::<Names>(text);
        assert_eq!(read("a").unwrap(), Names(vec!["a".into()]));
        assert_eq!(read("[a, b]").unwrap(), Names(vec!["a".into(), "b".into()]));
        assert!(read("{a: b}").unwrap_err().to_string().contains("a text or a list of texts"));
    }
}
