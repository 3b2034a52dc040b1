//! What published DeBERTa checkpoints have otherwise than the model that reads them.
//!
//! | in the checkpoint | here |
//! |---|---|
//! | a table of positions, where `position_biased_input` is false | left behind, as `transformers` does |
//! | the head under `lm_predictions.lm_head`, where `legacy` is true | the head under `cls.predictions`, which computes the same |
//! | the other way round | the other way round |
//!
//! `transformers` reads no head whose names are not those that `legacy` says, and draws one.

use std::collections::{BTreeMap, BTreeSet};

use burn::module::Module;

use crate::files::HostTensor;
use crate::models::named_parameters;

/// Parts of the head by the names of both versions.
const HEADS: [[&str; 2]; 3] = [
    ["lm_predictions.lm_head.dense.", "cls.predictions.transform.dense."],
    ["lm_predictions.lm_head.LayerNorm.", "cls.predictions.transform.LayerNorm."],
    ["lm_predictions.lm_head.bias", "cls.predictions.bias"],
];

/// The arrays by the names that a model has for them.
pub(super) fn adapted<M: Module>(
    arrays: BTreeMap<String, HostTensor>,
    model: &M,
) -> BTreeMap<String, HostTensor> {
    let known: BTreeSet<String> = named_parameters(model).into_iter().map(|p| p.name).collect();
    let has = |name: &str| known.contains(name);
    let is_left = |name: &str| name.ends_with("embeddings.position_embeddings.weight");
    let kept = arrays.into_iter().filter(|(name, _)| has(name) || !is_left(name));
    kept.map(|(name, array)| match other_head(&name).filter(|_| !has(&name)) {
        Some(other) if has(&other) => (other, array),
        _ => (name, array),
    })
    .collect()
}

/// The name that a part of the head has in the other version.
fn other_head(name: &str) -> Option<String> {
    HEADS
        .iter()
        .flat_map(|[new, old]| [(new, old), (old, new)])
        .find_map(|(from, to)| Some(format!("{to}{}", name.strip_prefix(from)?)))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::models::language::{DebertaConfig, LanguageFamily, LanguageModelConfig};
    use crate::weights::hugging_face::{load_base, load_masked_lm, saved};

    fn tiny(legacy: bool, position_biased_input: bool) -> LanguageModelConfig {
        let tiny = DebertaConfig::tiny(60);
        LanguageModelConfig::Deberta(DebertaConfig { legacy, position_biased_input, ..tiny })
    }

    #[test]
    fn a_head_is_read_under_the_names_of_the_other_version() {
        let device = Device::default();
        for legacy in [false, true] {
            let file = saved(&tiny(legacy, false).init_masked_lm(&device).unwrap());
            let model = tiny(!legacy, false).init_masked_lm(&device).unwrap();
            let arrays = file.clone().into_iter().collect();
            let (model, report) = load_masked_lm(model, LanguageFamily::Deberta, arrays).unwrap();
            assert!(report.missing.is_empty(), "{report}");
            let read = saved(&model);
            for (name, array) in &file {
                let here = other_head(name).unwrap_or_else(|| name.clone());
                assert_eq!(read[&here], *array, "{name}");
            }
        }
    }

    #[test]
    fn a_table_of_positions_is_left_behind_only_where_there_is_none() {
        let device = Device::default();
        let load = |from: bool, to: bool| {
            let file = saved(&tiny(true, from).init(&device).unwrap()).into_iter().collect();
            load_base(tiny(true, to).init(&device).unwrap(), LanguageFamily::Deberta, file)
        };
        assert!(load(true, false).is_ok());
        assert!(load(true, true).is_ok());
        assert!(load(false, true).is_err());
    }
}
