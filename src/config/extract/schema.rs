//! The JSON schemas of types, made once each, and what is asked of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json};

/// A schema with the definitions it refers to.
#[derive(Debug)]
pub(super) struct Document(Json);

/// The schema of a type.
pub(super) fn of<T: JsonSchema>() -> Arc<Document> {
    static KNOWN: Mutex<Option<HashMap<String, Arc<Document>>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(document) = known.get(T::schema_id().as_ref()) {
        return Arc::clone(document);
    }
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    if schema.get("title").and_then(Json::as_str) == Some(&*T::schema_name()) {
        schema.remove("title"); // the name of the Rust type is nobody's concern
    }
    let document = Arc::new(Document(schema.to_value()));
    known.insert(T::schema_id().into_owned(), Arc::clone(&document));
    document
}

impl Document {
    /// The schema itself.
    pub(super) fn root(&self) -> Schema<'_> {
        Schema { root: &self.0, json: &self.0 }.followed()
    }
}

/// A part of a document.
#[derive(Clone, Copy)]
pub(super) struct Schema<'s> {
    root: &'s Json,
    json: &'s Json,
}

impl<'s> Schema<'s> {
    fn with(self, json: &'s Json) -> Self {
        Self { json, ..self }.followed()
    }

    /// The definition that a reference names; anything else is itself.
    fn followed(mut self) -> Self {
        while let Some(Json::String(reference)) = self.json.get("$ref") {
            let Some(target) = self.root.pointer(reference.trim_start_matches('#')) else { break };
            if std::ptr::eq(target, self.json) {
                break;
            }
            self.json = target;
        }
        self
    }

    pub(super) fn get(self, keyword: &str) -> Option<&'s Json> {
        self.json.get(keyword)
    }

    pub(super) fn number(self, keyword: &str) -> Option<f64> {
        self.get(keyword).and_then(Json::as_f64)
    }

    /// Schemas of which one must fit.
    pub(super) fn alternatives(self) -> Option<Vec<Schema<'s>>> {
        let list = self.get("oneOf").or_else(|| self.get("anyOf"))?.as_array()?;
        Some(list.iter().map(|json| self.with(json)).collect())
    }

    /// The names of the types that fit; none when any does.
    pub(super) fn types(self) -> Vec<&'s str> {
        match self.get("type") {
            Some(Json::String(name)) => vec![name],
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The values it is limited to.
    pub(super) fn values(self) -> Option<Vec<&'s Json>> {
        match (self.get("const"), self.get("enum")) {
            (Some(value), _) => Some(vec![value]),
            (_, Some(Json::Array(values))) => Some(values.iter().collect()),
            _ => None,
        }
    }

    fn properties(self) -> Option<&'s Map<String, Json>> {
        self.get("properties").and_then(Json::as_object)
    }

    pub(super) fn keys(self) -> Vec<String> {
        self.properties().map(|keys| keys.keys().cloned().collect()).unwrap_or_default()
    }

    pub(super) fn property(self, key: &str) -> Option<Schema<'s>> {
        self.properties()?.get(key).map(|json| self.with(json))
    }

    /// What a key that is not named may hold; `Err` when there may be no such key.
    pub(super) fn further(self) -> Result<Option<Schema<'s>>, ()> {
        match self.get("additionalProperties") {
            Some(Json::Bool(false)) => Err(()),
            Some(json @ Json::Object(_)) => Ok(Some(self.with(json))),
            _ => Ok(None),
        }
    }

    pub(super) fn required(self) -> impl Iterator<Item = &'s str> {
        let list = self.get("required").and_then(Json::as_array);
        list.into_iter().flatten().filter_map(Json::as_str)
    }

    /// What the item at an index must be.
    pub(super) fn item(self, index: usize) -> Option<Schema<'s>> {
        let prefix = self.get("prefixItems").and_then(Json::as_array);
        let json = prefix.and_then(|items| items.get(index)).or_else(|| self.get("items"))?;
        json.is_object().then(|| self.with(json))
    }
}
