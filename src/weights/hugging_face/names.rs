//! A checkpoint's names -> a model's.
//!
//! | in the checkpoint | here |
//! |---|---|
//! | anything in front of `embeddings.word_embeddings.weight` | in front of the base model |
//! | of several such, the family's own (`bert.`), else the shortest | the base model |
//! | `LayerNorm.gamma`, `LayerNorm.beta` (files of before 2019) | `weight`, `bias` |
//! | `position_ids`, `token_type_ids` (buffers) | left behind |
//! | `pooler`, and what is outside the base model and the head | left behind |

use std::collections::BTreeMap;

use crate::files::HostTensor;

/// The array that every base model has.
const MARK: &str = "embeddings.word_embeddings.weight";

/// Arrays of a checkpoint, by a model's names.
#[derive(Default)]
pub(super) struct Sorted {
    /// Those of the base model, without what is in front.
    pub base: BTreeMap<String, HostTensor>,
    /// All others, without what is in front of both.
    pub others: BTreeMap<String, HostTensor>,
}

/// Sorts a checkpoint of a family; `None` when no base model is in it.
pub(super) fn sort(arrays: Vec<(String, HostTensor)>, model_type: &str) -> Option<Sorted> {
    let own = format!("{model_type}.");
    let arrays: Vec<_> = arrays.into_iter().map(|(n, array)| (modern(&n), array)).collect();
    let front = front(arrays.iter().map(|(name, _)| name.as_str()), &own)?;
    let outside = front.strip_suffix(&own).unwrap_or(&front).to_owned();
    let mut sorted = Sorted::default();
    for (name, array) in arrays {
        if let Some(name) = name.strip_prefix(&front).filter(|name| is_base(name)) {
            if !is_left_behind(name) {
                sorted.base.insert(name.to_owned(), array);
            }
        } else if let Some(name) = name.strip_prefix(&outside) {
            sorted.others.insert(name.to_owned(), array);
        }
    }
    Some(sorted)
}

/// What is in front of the base model's names.
fn front<'a>(names: impl Iterator<Item = &'a str>, own: &str) -> Option<String> {
    let fronts: Vec<&str> = names.filter_map(|name| name.strip_suffix(MARK)).collect();
    let is_own = |front: &&&str| front.ends_with(own);
    let chosen = fronts.iter().filter(is_own).min_by_key(|front| front.len());
    let chosen = chosen.or_else(|| fronts.iter().min_by_key(|front| front.len()));
    chosen.map(|front| (*front).to_owned())
}

/// Whether a name is of a base model, where nothing is in front of one.
fn is_base(name: &str) -> bool {
    let parts = ["embeddings", "embeddings_project", "encoder", "transformer", "pooler"];
    let module = name.split('.').next().unwrap_or_default();
    parts.contains(&module)
}

fn is_left_behind(name: &str) -> bool {
    name.starts_with("pooler.")
        || name.ends_with(".position_ids")
        || name.ends_with(".token_type_ids")
}

/// The name with what older versions called scale and shift renamed.
fn modern(name: &str) -> String {
    for (old, new) in [("gamma", "weight"), ("beta", "bias")] {
        if let Some(module) = name.strip_suffix(old)
            && module.ends_with("LayerNorm.")
        {
            return format!("{module}{new}");
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of a checkpoint, the family, what is of the base model, what else is kept.
    type Row =
        (&'static [&'static str], &'static str, &'static [&'static str], &'static [&'static str]);

    #[test]
    fn whatever_is_in_front_is_found() {
        let rows: [Row; 5] = [
            (&["embeddings.word_embeddings.weight", "pooler.dense.bias"], "bert", &[MARK], &[]),
            (
                &[
                    "bert.embeddings.word_embeddings.weight",
                    "cls.predictions.bias",
                    "bert.embeddings.position_ids",
                ],
                "bert",
                &[MARK],
                &["cls.predictions.bias"],
            ),
            (
                &[
                    "LM_base.embeddings.word_embeddings.weight",
                    "LM_base.embeddings.LayerNorm.gamma",
                    "out_verb.bias",
                ],
                "bert",
                &["embeddings.LayerNorm.weight", MARK],
                &[],
            ),
            (
                &["module.roberta.embeddings.word_embeddings.weight", "module.lm_head.bias"],
                "roberta",
                &[MARK],
                &["lm_head.bias"],
            ),
            (
                &[
                    "a.embeddings.word_embeddings.weight",
                    "x.electra.embeddings.word_embeddings.weight",
                ],
                "electra",
                &[MARK],
                &[],
            ),
        ];
        for (names, model_type, base, others) in rows {
            let array = HostTensor::f32([0], vec![]);
            let arrays = names.iter().map(|n| ((*n).to_owned(), array.clone())).collect();
            let sorted = sort(arrays, model_type).unwrap();
            assert_eq!(sorted.base.keys().collect::<Vec<_>>(), base, "{names:?}");
            assert_eq!(sorted.others.keys().collect::<Vec<_>>(), others, "{names:?}");
        }
        assert!(
            sort(vec![("h.0.attn.bias".into(), HostTensor::f32([0], vec![]))], "bert").is_none()
        );
    }
}
