//! What published checkpoints hold that a student has no place for.
//!
//! Their other arrays have our names already, in the module that their recipes name. A row of
//! [`SOURCES`] is a kind of checkpoint: by which arrays it is known and what of it is left behind.

/// A kind of checkpoint.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Who wrote it.
    pub name: &'static str,
    /// An array that only this kind has.
    mark: &'static str,
    /// Modules or last parts of names that are left behind, and what they are.
    left: &'static [(&'static str, &'static str)],
}

const COUNTS: (&str, &str) = ("num_batches_tracked", "counters of batch norm");

#[rustfmt::skip]
const SOURCES: [Source; 5] = [
    Source {
        name: "AVT",
        mark: "future_predictor.gpt_model.wpe.weight",
        left: &[("attn.bias", "masks of attention"), ("attn.masked_bias", "masks of attention"), COUNTS],
    },
    Source {
        name: "timm's ViT",
        mark: "blocks.0.attn.qkv.weight",
        left: &[("head", "its classifier"), ("head_dist", "its classifier"), ("pre_logits", "a layer before its classifier")],
    },
    Source {
        name: "RULSTM",
        mark: "rolling_lstm.lstm.weight_ih_l0",
        left: &[("classifier", "its classifier, which an entry of its own can take")],
    },
    Source {
        name: "BN-Inception",
        mark: "conv1_7x7_s2.weight",
        left: &[("last_linear", "its classifier"), ("new_fc", "its classifier"), COUNTS],
    },
    Source {
        name: "a video ResNet",
        mark: "layer1.0.conv1.0.weight",
        left: &[("fc", "its classifier"), COUNTS],
    },
];

impl Source {
    /// The kind of checkpoint that has arrays of these names.
    pub fn recognise<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<&'static Self> {
        let names: Vec<&str> = names.into_iter().collect();
        SOURCES.iter().find(|source| names.iter().any(|name| ends_with(name, source.mark)))
    }

    /// What an array is that is left behind as a rule; `None` when it should have a place.
    pub fn left_behind(&self, name: &str) -> Option<&'static str> {
        let is = |part: &str| {
            let below = name.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'));
            below || ends_with(name, part)
        };
        self.left.iter().find(|(part, _)| is(part)).map(|(_, what)| *what)
    }
}

/// Whether a dotted name ends with these parts.
fn ends_with(name: &str, parts: &str) -> bool {
    name.strip_suffix(parts).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_their_arrays_whatever_is_in_front() {
        for (names, kind) in [
            (&["module.future_predictor.gpt_model.wpe.weight"][..], Some("AVT")),
            (&["cls_token", "blocks.0.attn.qkv.weight"], Some("timm's ViT")),
            (&["rolling_lstm.lstm.weight_ih_l0", "classifier.1.weight"], Some("RULSTM")),
            (&["base_model.conv1_7x7_s2.weight"], Some("BN-Inception")),
            (&["stem.0.weight", "layer1.0.conv1.0.weight"], Some("a video ResNet")),
            (&["xlayer1.0.conv1.0.weight", "w"], None),
        ] {
            let found = Source::recognise(names.iter().copied());
            assert_eq!(found.map(|source| source.name), kind, "{names:?}");
        }
    }

    #[test]
    fn classifiers_and_masks_are_left_behind() {
        let source = |mark| Source::recognise([mark]).unwrap();
        let vit = source("blocks.0.attn.qkv.weight");
        for (name, left) in
            [("head.weight", true), ("pre_logits.fc.bias", true), ("headless.bias", false)]
        {
            assert_eq!(vit.left_behind(name).is_some(), left, "{name}");
        }
        let avt = source("future_predictor.gpt_model.wpe.weight");
        assert!(avt.left_behind("future_predictor.gpt_model.h.0.attn.bias").is_some());
        assert!(avt.left_behind("backbone.model.blocks.0.attn.proj.bias").is_none());
    }
}
