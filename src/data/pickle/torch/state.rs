//! A state dict, or a checkpoint of several, as tensors by name.

use std::collections::BTreeMap;

use crate::data::error::DataError;
use crate::files::{HostTensor, TensorData, TensorFile};

use super::super::document::Document;
use super::super::error::PickleError;
use super::super::numpy::{self, Elements};
use super::super::value::Value;
use super::tensor;

impl Document<'_> {
    /// Reads a tensor, a parameter, or an array of numpy.
    ///
    /// # Errors
    /// Another value, a type or size that is not read.
    pub fn tensor(&self, value: Value<'_>) -> Result<HostTensor, DataError> {
        self.host_tensor(value).map_err(|e| self.error(e))
    }

    /// Whether a value is a tensor or an array.
    pub fn is_tensor(&self, value: Value<'_>) -> bool {
        tensor::is_tensor(value) || numpy::is_array(value)
    }

    /// All tensors of nested dicts and lists; names join the keys by dots.
    ///
    /// Numbers and texts become metadata, and so does what is not read, with its class; nothing is
    /// left out silently.
    ///
    /// # Errors
    /// A tensor that is not read, two with one name.
    pub fn tensors(&self) -> Result<TensorFile, DataError> {
        let mut file = TensorFile::default();
        self.collect("", self.root(), &mut file).map_err(|e| self.error(e))?;
        Ok(file)
    }

    fn host_tensor(&self, value: Value<'_>) -> Result<HostTensor, PickleError> {
        if !numpy::is_array(value) {
            return tensor::tensor(value, &self.storages);
        }
        let array = numpy::array(value)?;
        let data = match array.data {
            Elements::Float(values) => {
                TensorData::F32(values.into_iter().map(|x| x as f32).collect())
            }
            Elements::Int(values) => TensorData::I64(values),
            Elements::Bool(values) => TensorData::I64(values.into_iter().map(i64::from).collect()),
            _ => return Err(value.unexpected("an array of numbers")),
        };
        Ok(HostTensor { shape: array.shape, data })
    }

    fn collect(
        &self,
        name: &str,
        value: Value<'_>,
        file: &mut TensorFile,
    ) -> Result<(), PickleError> {
        value.spend(1 + name.len() / 8)?;
        if self.is_tensor(value) {
            let tensor = self.host_tensor(value)?;
            return insert(value, &mut file.tensors, name, tensor);
        }
        if let Some(entries) = value.as_dict() {
            return entries.into_iter().try_for_each(|(key, part)| {
                let key = key_text(key)?;
                self.collect(&join(name, &key), part, file)
            });
        }
        if let Some(parts) = value.as_sequence() {
            let mut parts = parts.into_iter().enumerate();
            return parts
                .try_for_each(|(i, part)| self.collect(&join(name, &i.to_string()), part, file));
        }
        let text = value.plain_text().unwrap_or_else(|| format!("not read: {}", value.kind()));
        insert(value, &mut file.metadata, name, text)
    }
}

/// A text or an int, also one of numpy.
fn key_text(key: Value<'_>) -> Result<String, PickleError> {
    let plain = key.as_str().map(str::to_owned).or_else(|| key.as_int().map(|i| i.to_string()));
    let scalar = || match numpy::array(key).ok()?.data {
        Elements::Int(ints) if ints.len() == 1 => Some(ints[0].to_string()),
        _ => None,
    };
    plain.or_else(scalar).ok_or_else(|| key.unexpected("a text or an int as key"))
}

fn join(name: &str, key: &str) -> String {
    if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") }
}

fn insert<T>(
    value: Value<'_>,
    map: &mut BTreeMap<String, T>,
    name: &str,
    content: T,
) -> Result<(), PickleError> {
    match map.insert(name.to_owned(), content) {
        None => Ok(()),
        Some(_) => Err(value.inconsistent(format!("two values are named `{name}`"))),
    }
}
