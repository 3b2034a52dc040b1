//! What differs between two runs beside their configs: where they ran, on what, and how they did.

use serde_json::Value;

use crate::runs::Manifest;

/// One value of two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Apart {
    /// What it is.
    pub name: String,
    /// In the first run; null where it has none.
    pub a: Value,
    /// In the second.
    pub b: Value,
}

impl Apart {
    /// Whether both are the same.
    pub fn is_same(&self) -> bool {
        self.a == self.b
    }

    /// How much more the second is; `None` where they are no numbers.
    pub fn change(&self) -> Option<f64> {
        Some(self.b.as_f64()? - self.a.as_f64()?)
    }
}

/// Code, device and data of two runs, side by side.
pub fn environment(a: &Manifest, b: &Manifest) -> Vec<Apart> {
    type Get = fn(&Manifest) -> Value;
    let rows: [(&str, Get); 9] = [
        ("git.commit", |m| m.git.as_ref().map(|git| git.commit.clone()).into()),
        ("git.dirty", |m| m.git.as_ref().map(|git| git.dirty).into()),
        ("crate_version", |m| m.crate_version.clone().into()),
        ("device", |m| m.device.clone().into()),
        ("backend", |m| m.backend.clone().into()),
        ("host", |m| m.host.clone().into()),
        ("seed", |m| m.seed.into()),
        ("data", |m| m.data.as_str().into()),
        ("data_fingerprint", |m| m.data_fingerprint.clone().into()),
    ];
    rows.iter()
        .map(|(name, get)| Apart { name: (*name).to_owned(), a: get(a), b: get(b) })
        .collect()
}

/// Every metric of two runs, side by side: `best.NAME`, then `last.NAME`.
pub fn metrics_apart(a: &Manifest, b: &Manifest) -> Vec<Apart> {
    let sets =
        [("best", &a.metrics.best, &b.metrics.best), ("last", &a.metrics.last, &b.metrics.last)];
    let mut rows = Vec::new();
    for (set, a, b) in sets {
        for name in a.keys().chain(b.keys().filter(|name| !a.contains_key(*name))) {
            let value = |of: &serde_json::Map<String, Value>| of.get(name).cloned();
            rows.push(Apart {
                name: format!("{set}.{name}"),
                a: value(a).unwrap_or_default(),
                b: value(b).unwrap_or_default(),
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::record::tests::finished;
    use super::*;

    #[test]
    fn side_by_side() {
        let dir = tempfile::tempdir().unwrap();
        let a = finished(dir.path(), "e", json!({}), json!({"loss": 1.0, "x": 2.0}));
        let b = finished(dir.path(), "e", json!({}), json!({"loss": 1.5, "y": 2.0}));
        let (a, mut b) = (a.run.manifest.unwrap(), b.run.manifest.unwrap());
        b.device = "cuda:0".into();
        let differ: Vec<_> = environment(&a, &b).into_iter().filter(|row| !row.is_same()).collect();
        assert_eq!(differ.len(), 1);
        assert_eq!(differ[0].name, "device");
        let rows = metrics_apart(&a, &b);
        assert_eq!((rows[0].name.as_str(), rows[0].change()), ("best.loss", Some(0.5)));
        assert_eq!(rows.len(), 6);
        assert_eq!((&rows[2].a, &rows[2].b, rows[2].change()), (&Value::Null, &json!(2.0), None));
    }
}
