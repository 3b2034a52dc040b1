use burn::tensor::Device;

use crate::files::HostTensor;
use crate::models::language::{BertConfig, LanguageFamily, LanguageModelConfig, RobertaConfig};
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
