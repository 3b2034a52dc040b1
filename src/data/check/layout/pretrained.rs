//! What belongs to no data set: published weights, recipes.

use super::{Content, Item, Items, Kind, Roots, Set, source};

/// The folders of language models, named as published.
const MODELS: [&str; 6] = [
    "bert-base-uncased",
    "roberta-base",
    "distilbert-base-uncased",
    "albert-base-v2",
    "electra-base-discriminator",
    "deberta-base",
];

/// What a language model's folder holds: one name of each list.
pub const LANGUAGE_MODEL: &[&[&str]] = &[
    &["config.json"],
    &["vocab.txt", "vocab.json", "spiece.model", "tokenizer.json"],
    &[
        "model.safetensors",
        "model.safetensors.index.json",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
    ],
];

pub(super) fn items(roots: &Roots) -> Vec<Item> {
    let mut items = Items::of(Set::Pretrained);
    let dir = roots.data.join("pretrained");
    for (name, purpose) in [
        ("jx_vit_base_p16_224-80ecf9dd.pth", "AVT-b, trained on ImageNet-1k"),
        ("jx_vit_base_patch16_224_in21k-e5005f0a.pth", "AVT-b, trained on ImageNet-21k"),
    ] {
        let from = format!(
            "https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-vitjx/{name}"
        );
        let path = dir.join("TIMM").join(name);
        items.add(Kind::Weights, path, purpose, Content::Weights, source::TIMM.at(from));
    }
    let name = "RULSTM-anticipation_0.25_6_8_rgb_mt5r_best.pth.tar";
    let from = format!("https://iplab.dmi.unict.it/sharing/rulstm/ek100_models/{name}");
    let (path, origin) = (dir.join("RULSTM").join(name), source::RULSTM_FILES.at(from));
    items.add(Kind::Weights, path, "RULSTM on EK100", Content::Weights, origin);
    for name in MODELS {
        let origin = source::LANGUAGE_MODELS.at(format!("the model {name} of this page"));
        let content = Content::OneOf(LANGUAGE_MODEL);
        items.add(Kind::Weights, dir.join("lm").join(name), "a language model", content, origin);
    }
    let path = roots.data.join("recipes/recipe_action_corpus.txt");
    let content = Content::Lines { count: None };
    items.add(Kind::Text, path, "recipes to pre-train on", content, source::RECIPES.page());
    items.items
}
