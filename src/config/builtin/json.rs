//! The types of the `hydra` node as a JSON schema.

use serde_json::{Map, Value as Json, json};

use super::schema::HYDRA;
use crate::config::key;
use crate::config::types::{Leaf, Null, Ty};

/// Keys that Hydra declares without a type.
pub(crate) const UNTYPED: &[&str] = &["env", "launcher", "sweeper", "verbose"];

/// The JSON schema of the `hydra` node.
pub(crate) fn hydra_schema() -> Json {
    let mut root = of(Ty::Struct("HydraConf"));
    for name in UNTYPED {
        insert(&mut root, &[(*name).to_owned()], json!(true));
    }
    for (path, ty) in HYDRA.iter().filter(|(path, _)| !path.is_empty()) {
        insert(&mut root, &key::split(path), of(*ty));
    }
    root
}

/// Parents stand before their children in the table.
fn insert(schema: &mut Json, path: &[String], child: Json) {
    let Some((last, parents)) = path.split_last() else { return };
    let holder = parents.iter().try_fold(schema, |schema, part| {
        schema.get_mut("properties").and_then(|properties| properties.get_mut(part))
    });
    if let Some(Json::Object(keys)) = holder.and_then(|holder| holder.get_mut("properties")) {
        keys.insert(last.clone(), child);
    }
}

fn of(ty: Ty) -> Json {
    let or_null = |types: &[&str], null: Null| {
        let null = (null == Null::Allowed).then_some("null");
        let types: Vec<&str> = types.iter().copied().chain(null).collect();
        json!({ "type": types })
    };
    match ty {
        Ty::Any => json!(true),
        Ty::Leaf(Leaf::Str, null) => or_null(&["string", "number", "boolean"], null),
        Ty::Leaf(Leaf::Int, null) => or_null(&["integer"], null),
        Ty::Leaf(Leaf::Bool, null) => or_null(&["boolean"], null),
        Ty::Leaf(Leaf::Mode, _) => json!({ "enum": ["RUN", "MULTIRUN", null] }),
        Ty::Struct(_) => {
            json!({ "type": "object", "properties": Map::new(), "additionalProperties": false })
        }
        Ty::Dict(inner, null) => {
            let mut schema = or_null(&["object"], null);
            schema["additionalProperties"] = of(*inner);
            schema
        }
        Ty::List(inner, null) => {
            let mut schema = or_null(&["array"], null);
            schema["items"] = of(*inner);
            schema
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declared_key_is_there() {
        let schema = hydra_schema();
        for path in ["/job/properties/chdir", "/run/properties/dir", "/sweeper", "/mode"] {
            assert!(schema.pointer(&format!("/properties{path}")).is_some(), "{path}");
        }
        let env = &schema["properties"]["job"]["properties"]["env_set"];
        assert_eq!(env["additionalProperties"]["type"][0], "string");
    }
}
