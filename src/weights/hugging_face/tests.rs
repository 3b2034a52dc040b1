use burn::tensor::Device;
use serde_json::{Value, json};

use crate::files::HostTensor;
use crate::models::language::{
    AlbertConfig, BertConfig, DebertaConfig, DistilBertConfig, LanguageFamily, LanguageModelConfig,
    RobertaConfig,
};
use crate::weights::{WeightsError, export};

use super::*;

const FAMILIES: [LanguageFamily; 6] = [
    LanguageFamily::Bert,
    LanguageFamily::Roberta,
    LanguageFamily::Electra,
    LanguageFamily::DistilBert,
    LanguageFamily::Albert,
    LanguageFamily::Deberta,
];

fn arrays(config: &LanguageModelConfig) -> Vec<(String, HostTensor)> {
    saved(&config.init_masked_lm(&Device::default()).unwrap()).into_iter().collect()
}

#[test]
fn a_written_configuration_reads_to_the_same() {
    for family in FAMILIES {
        let config = LanguageModelConfig::tiny(family, 60);
        let text = write_config(&config, "Any");
        assert_eq!(read_config(&text, family).unwrap(), config);
    }
}

#[test]
fn keys_that_old_files_lack_have_the_usual_values() {
    let text = r#"{"vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
        "num_attention_heads": 12, "intermediate_size": 3072, "max_position_embeddings": 512,
        "gradient_checkpointing": false}"#;
    let LanguageModelConfig::Bert(config) = read_config(text, LanguageFamily::Bert).unwrap() else {
        panic!("BERT")
    };
    assert_eq!(config, BertConfig::base());
    let LanguageModelConfig::Roberta(RobertaConfig(config)) =
        read_config(text, LanguageFamily::Roberta).unwrap()
    else {
        panic!("RoBERTa")
    };
    assert_eq!(config.pad_token_id, Some(1));
}

#[test]
fn published_configurations_are_the_presets() {
    let rows = [
        (
            LanguageModelConfig::DistilBert(DistilBertConfig::base()),
            r#"{"activation": "gelu", "attention_dropout": 0.1, "dim": 768, "dropout": 0.1,
                "hidden_dim": 3072, "initializer_range": 0.02, "max_position_embeddings": 512,
                "model_type": "distilbert", "n_heads": 12, "n_layers": 6, "pad_token_id": 0,
                "qa_dropout": 0.1, "seq_classif_dropout": 0.2, "sinusoidal_pos_embds": false,
                "tie_weights_": true, "vocab_size": 30522}"#,
        ),
        (
            LanguageModelConfig::Albert(AlbertConfig::base()),
            r#"{"attention_probs_dropout_prob": 0, "bos_token_id": 2,
                "classifier_dropout_prob": 0.1, "down_scale_factor": 1, "embedding_size": 128,
                "eos_token_id": 3, "gap_size": 0, "hidden_act": "gelu_new",
                "hidden_dropout_prob": 0, "hidden_size": 768, "initializer_range": 0.02,
                "inner_group_num": 1, "intermediate_size": 3072, "layer_norm_eps": 1e-12,
                "max_position_embeddings": 512, "model_type": "albert", "num_attention_heads": 12,
                "num_hidden_groups": 1, "num_hidden_layers": 12, "num_memory_blocks": 0,
                "pad_token_id": 0, "type_vocab_size": 2, "vocab_size": 30000}"#,
        ),
        (
            LanguageModelConfig::Deberta(DebertaConfig::base()),
            r#"{"model_type": "deberta", "attention_probs_dropout_prob": 0.1,
                "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 768,
                "initializer_range": 0.02, "intermediate_size": 3072,
                "max_position_embeddings": 512, "relative_attention": true,
                "pos_att_type": "c2p|p2c", "layer_norm_eps": 1e-7, "max_relative_positions": -1,
                "position_biased_input": false, "num_attention_heads": 12,
                "num_hidden_layers": 12, "type_vocab_size": 0, "vocab_size": 50265}"#,
        ),
    ];
    for (expected, text) in rows {
        assert_eq!(read_config(text, expected.family()).unwrap(), expected);
    }
}

#[test]
fn configurations_of_debertas_that_are_not_built_are_refused() {
    for (key, value, said) in [
        ("talking_head", json!(true), "`talking_head` of `config.json` is true, expected false"),
        (
            "embedding_size",
            json!(16),
            "`embedding_size` of `config.json` is 16, expected 32 as `hidden_size`",
        ),
        (
            "pos_att_type",
            json!("p2p|c2p"),
            "`pos_att_type` of `config.json` is \"p2p|c2p\", expected some of c2p, p2c",
        ),
    ] {
        let text = write_config(&LanguageModelConfig::tiny(LanguageFamily::Deberta, 60), "Any");
        let mut keys: Value = serde_json::from_str(&text).unwrap();
        keys[key] = value;
        let error = read_config(&keys.to_string(), LanguageFamily::Deberta).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn configurations_of_other_models_are_refused() {
    let config = |change: &str, to: &str| {
        let text = write_config(&LanguageModelConfig::tiny(LanguageFamily::Bert, 60), "Any");
        assert!(text.contains(change), "{text}");
        read_config(&text.replace(change, to), LanguageFamily::Bert).unwrap_err().to_string()
    };
    for (change, to, said) in [
        (r#""bert""#, r#""roberta""#, "it is a model of type roberta, expected bert"),
        (r#""bert""#, r#""gpt2""#, "it is a model of type gpt2, which is not built, expected bert"),
        (
            r#""gelu""#,
            r#""mish""#,
            "`hidden_act` of `config.json` is \"mish\", expected gelu, gelu_new, gelu_pytorch_tanh, \
             relu, silu, swish, tanh",
        ),
        (
            r#""hidden_size""#,
            r#""width""#,
            "`config.json` describes no language model: missing field `hidden_size`",
        ),
        (
            r#""pad_token_id""#,
            r#""position_embedding_type": "relative_key", "pad_token_id""#,
            "`position_embedding_type` of `config.json` is \"relative_key\", expected \"absolute\"",
        ),
    ] {
        assert_eq!(config(change, to), said);
    }
}

#[test]
fn what_is_saved_loads_again_with_and_without_its_head() {
    let device = Device::default();
    for family in FAMILIES {
        let config = LanguageModelConfig::tiny(family, 60);
        let file = arrays(&config);
        let model = config.init_masked_lm(&device).unwrap();
        let (model, report) = load_masked_lm(model, family, file.clone()).unwrap();
        assert!(report.missing.is_empty(), "{report}");
        assert_eq!(saved(&model).into_iter().collect::<Vec<_>>(), file);

        let (base, _) = load_base(config.init(&device).unwrap(), family, file.clone()).unwrap();
        let bare: Vec<_> = saved(&base).into_iter().collect();
        let own = format!("{}.", model_type(family));
        for (name, array) in &bare {
            assert!(file.contains(&(format!("{own}{name}"), array.clone())), "{name}");
        }
        let drawn = config.init_masked_lm(&device).unwrap();
        let before = export(&drawn);
        let (model, report) = load_masked_lm(drawn, family, bare).unwrap();
        assert!(!report.missing.is_empty() && report.missing.iter().all(|n| !n.starts_with(&own)));
        let after = export(&model);
        for name in &report.missing {
            assert_eq!(after[name], before[name], "{name} keeps its values");
        }
        assert_eq!(after[&format!("{own}embeddings.LayerNorm.weight")].as_f32().unwrap()[0], 1.0);
    }
}

#[test]
fn checkpoints_of_other_models_are_refused() {
    let device = Device::default();
    let tiny = LanguageModelConfig::tiny;
    let load = |family, arrays| {
        let model = tiny(LanguageFamily::Bert, 60).init(&device).unwrap();
        load_base(model, family, arrays).unwrap_err()
    };
    let bert = LanguageFamily::Bert;
    let error = load(bert, arrays(&tiny(LanguageFamily::Roberta, 60)));
    assert_eq!(error.to_string(), "it is a model of type roberta, expected bert");
    let error = load(bert, arrays(&tiny(bert, 50)));
    assert!(
        error
            .to_string()
            .contains("embeddings.word_embeddings.weight: expected [60, 32], found [50, 32]"),
        "{error}"
    );
    let mut short = arrays(&tiny(bert, 60));
    short.retain(|(name, _)| !name.contains("layer.1.output.dense"));
    let WeightsError::Incomplete(report) = load(bert, short) else { panic!("incomplete") };
    assert_eq!(report.missing.len(), 2);
    let mut long = arrays(&tiny(bert, 60));
    long.push(("bert.encoder.layer.2.output.dense.bias".into(), HostTensor::f32([1], vec![0.0])));
    let error = load(bert, long).to_string();
    assert!(error.contains("`encoder.layer.2.output.dense.bias` has no place"), "{error}");
    let gpt = vec![("wte.weight".to_owned(), HostTensor::f32([1], vec![0.0]))];
    let error = load(bert, gpt).to_string();
    assert!(error.starts_with("nothing of it fits: it holds `wte.weight`"), "{error}");
}
