//! A node as a source of values for serde.
//!
//! | node | read as |
//! |---|---|
//! | null | unit, or no value of an option |
//! | text | text, or the variant of an enum |
//! | list | sequence; every item must be asked for |
//! | mapping | map with its keys as texts, `_target_` first: it decides how to read the others |

use std::slice;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use crate::config::key::{Key, Name};
use crate::config::node::{Map, Node, Value};

/// The key that says what a mapping stands for, in Hydra's `instantiate`.
const TARGET: &str = "_target_";

/// A node to be read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'n>(pub(super) &'n Node);

impl<'n> Deserializer<'n> for Reader<'n> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(b) => visitor.visit_bool(*b),
            Value::Int(i) => int(*i, visitor),
            Value::Float(x) => visitor.visit_f64(*x),
            Value::Str(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => {
                let mut items = Items { rest: items.iter(), index: 0 };
                let value = visitor.visit_seq(&mut items)?;
                match items.rest.len() {
                    0 => Ok(value),
                    _ => Err(Fault::invalid_length(items.index + items.rest.len(), &"fewer items")),
                }
            }
            Value::Map(map) => visitor.visit_map(Entries::new(map)),
        }
    }

    fn deserialize_option<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.0.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'n>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'n>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.0.value {
            Value::Str(text) => visitor.visit_enum(Variant(text)),
            _ => Err(Fault::invalid_type(Unexpected::Other("no text"), &"a text")),
        }
    }

    forward_to_deserialize_any! {
        <V: Visitor<'n>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn int<'n, V: Visitor<'n>>(i: i128, visitor: V) -> Result<V::Value, Fault> {
    match (i64::try_from(i), u64::try_from(i)) {
        (Ok(small), _) => visitor.visit_i64(small),
        (_, Ok(large)) => visitor.visit_u64(large),
        _ => visitor.visit_i128(i),
    }
}

struct Items<'n> {
    rest: slice::Iter<'n, Node>,
    index: usize,
}

impl<'n> SeqAccess<'n> for &mut Items<'n> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'n>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some(item) = self.rest.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Reader(item)).map(Some).map_err(|fault| fault.below(index.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Entries<'n> {
    first: Option<(&'n Key, &'n Node)>,
    rest: indexmap::map::Iter<'n, Key, Node>,
    value: Option<(&'n Key, &'n Node)>,
    has_target: bool,
}

impl<'n> Entries<'n> {
    fn new(map: &'n Map) -> Self {
        let first = map.get_full(&Name(TARGET)).map(|(_, key, node)| (key, node));
        Self { first, rest: map.iter(), value: None, has_target: first.is_some() }
    }

    fn next(&mut self) -> Option<(&'n Key, &'n Node)> {
        let is_target = |key: &Key| matches!(key, Key::Str(name) if name == TARGET);
        let skip = self.has_target;
        self.first.take().or_else(|| self.rest.find(|(key, _)| !(skip && is_target(key))))
    }
}

impl<'n> MapAccess<'n> for Entries<'n> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'n>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        self.value = self.next();
        match self.value {
            None => Ok(None),
            Some((Key::Str(name), _)) => {
                let name: StrDeserializer<'_, Fault> = name.as_str().into_deserializer();
                seed.deserialize(name).map(Some)
            }
            Some((key, _)) => seed.deserialize(key.to_string().into_deserializer()).map(Some),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'n>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let (key, node) = self.value.take().expect("serde asks for a key first");
        seed.deserialize(Reader(node)).map_err(|fault| fault.below(key.to_string()))
    }
}

/// A text that names a variant without content.
struct Variant<'n>(&'n str);

impl<'n> EnumAccess<'n> for Variant<'n> {
    type Error = Fault;
    type Variant = Unit;

    fn variant_seed<S: DeserializeSeed<'n>>(self, seed: S) -> Result<(S::Value, Unit), Fault> {
        let name: StrDeserializer<'_, Fault> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, Unit))
    }
}

struct Unit;

impl<'n> VariantAccess<'n> for Unit {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'n>>(self, _: S) -> Result<S::Value, Fault> {
        Err(Fault::custom("a text names no variant with content"))
    }

    fn tuple_variant<V: Visitor<'n>>(self, _: usize, _: V) -> Result<V::Value, Fault> {
        Err(Fault::custom("a text names no variant with content"))
    }

    fn struct_variant<V: Visitor<'n>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Fault> {
        Err(Fault::custom("a text names no variant with content"))
    }
}
