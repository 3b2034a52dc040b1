//! The published language models at full size, by names and shapes of what they are made of
//! (`scripts/parity_language_sizes.py`). Nothing is allocated: names and shapes are known before
//! values.

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::Device;
use runner::files::sha256_bytes;
use runner::models::language::{
    AlbertConfig, BertConfig, DebertaConfig, DistilBertConfig, ElectraConfig, LanguageModelConfig,
    RobertaConfig,
};
use runner::models::named_parameters;
use runner::weights::hugging_face::example;
use serde::Deserialize;

/// What `transformers` has.
#[derive(Debug, Deserialize, PartialEq)]
struct Sizes {
    parameters: usize,
    arrays: usize,
    sha256: String,
}

#[derive(Deserialize)]
struct Published {
    base: Sizes,
    masked: Sizes,
}

fn published() -> [LanguageModelConfig; 6] {
    [
        LanguageModelConfig::Bert(BertConfig::base()),
        LanguageModelConfig::Roberta(RobertaConfig::base()),
        LanguageModelConfig::DistilBert(DistilBertConfig::base()),
        LanguageModelConfig::Albert(AlbertConfig::base()),
        LanguageModelConfig::Electra(ElectraConfig::base()),
        LanguageModelConfig::Deberta(DebertaConfig::base()),
    ]
}

#[test]
fn published_models_have_the_originals_parameters() {
    let expected: BTreeMap<String, Published> =
        serde_json::from_str(include_str!("fixtures/language_sizes.json")).unwrap();
    let device = Device::default();
    for config in published() {
        let name = example(config.family());
        let Published { base, masked } = &expected[name];
        check(name, &config.outline(&device).unwrap(), base);
        check(name, &config.outline_masked_lm(&device).unwrap(), masked);
    }
}

fn check(name: &str, model: &impl Module, expected: &Sizes) {
    let parameters = named_parameters(model);
    let count = parameters.iter().map(|p| p.shape.iter().product::<usize>()).sum();
    let mut lines: Vec<String> = parameters
        .into_iter()
        .map(|mut parameter| {
            if parameter.transposed {
                parameter.shape.reverse();
            }
            format!("{} {:?}", parameter.name, parameter.shape)
        })
        .collect();
    lines.sort_unstable();
    let sha256 = sha256_bytes(lines.join("\n").as_bytes());
    let found = Sizes { parameters: count, arrays: lines.len(), sha256 };
    assert_eq!(found, *expected, "{name}: {lines:#?}");
}
