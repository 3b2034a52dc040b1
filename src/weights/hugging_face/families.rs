//! What families are called, and by which names of arrays a checkpoint is known to be of one.

use crate::models::language::LanguageFamily;

/// A family as checkpoints show it.
struct Row {
    family: LanguageFamily,
    /// `model_type` of `config.json`, which is also what stands in front of the base model's names.
    model_type: &'static str,
    /// Part of a name that no other family has.
    mark: Option<&'static str>,
    /// A published model.
    example: &'static str,
}

#[rustfmt::skip]
const FAMILIES: [Row; 6] = [
    Row { family: LanguageFamily::Bert, model_type: "bert",
          mark: None, example: "google-bert/bert-base-uncased" },
    Row { family: LanguageFamily::Roberta, model_type: "roberta",
          mark: None, example: "FacebookAI/roberta-base" },
    Row { family: LanguageFamily::Electra, model_type: "electra",
          mark: Some("embeddings_project."), example: "google/electra-base-discriminator" },
    Row { family: LanguageFamily::DistilBert, model_type: "distilbert",
          mark: Some("transformer.layer.0.attention.q_lin."), example: "distilbert/distilbert-base-uncased" },
    Row { family: LanguageFamily::Albert, model_type: "albert",
          mark: Some("albert_layer_groups."), example: "albert/albert-base-v2" },
    Row { family: LanguageFamily::Deberta, model_type: "deberta",
          mark: Some("attention.self.in_proj."), example: "microsoft/deberta-base" },
];

/// The family's name in `config.json`.
pub fn model_type(family: LanguageFamily) -> &'static str {
    row(family).model_type
}

/// A published model of the family.
pub fn example(family: LanguageFamily) -> &'static str {
    row(family).example
}

/// The family of a name in `config.json`; `None` when it is not built.
pub fn family(name: &str) -> Option<LanguageFamily> {
    Some(FAMILIES.iter().find(|row| row.model_type == name)?.family)
}

/// The names of all families.
pub(super) fn model_types() -> Vec<&'static str> {
    FAMILIES.iter().map(|row| row.model_type).collect()
}

/// The family, by its `model_type`, that a checkpoint says it is of; `None` when its names are
/// those of several.
pub(super) fn recognise<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<&'static str> {
    let by_mark = |row: &&Row| row.mark.is_some_and(|mark| names.clone().any(|n| n.contains(mark)));
    let in_front = |row: &&Row| {
        let is = |name: &str| name.split('.').any(|part| part == row.model_type);
        names.clone().any(is)
    };
    let found = FAMILIES.iter().find(by_mark).or_else(|| FAMILIES.iter().find(in_front));
    found.map(|row| row.model_type)
}

fn row(family: LanguageFamily) -> &'static Row {
    let is = |row: &&Row| row.family == family;
    FAMILIES.iter().find(is).expect("every family has a row")
}
