//! `teacher`: whose predictions are distilled, and how they are compared with the student's.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::target::{OneOrMany, one_or_many};

/// `teacher`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeacherConfig {
    /// Its name, checked against the store's; `None` without a teacher.
    pub name: Option<String>,
    /// Its predictions; several files are teachers side by side.
    #[serde(default, deserialize_with = "none_one_or_many")]
    #[schemars(with = "Option<OneOrMany<PathBuf>>")]
    pub store: Option<Vec<PathBuf>>,
    /// What becomes of a segment without one.
    pub missing: MissingPrediction,
    /// The divergence of the term `distill`.
    pub kl: KlConfig,
    /// The weights of several teachers.
    pub attention: TeacherAttention,
    /// The recipe that makes the store; `None` for predictions from elsewhere.
    pub made_by: Option<String>,
    /// Whether predictions are made up from the labels instead.
    pub simulate: bool,
    /// What made-up predictions look like.
    pub simulated: SimulatedTeacher,
}

impl TeacherConfig {
    /// Where predictions come from; `None` without a teacher.
    pub fn source(&self) -> Option<TeacherSource<'_>> {
        match (&self.name, &self.store) {
            (Some(_), _) if self.simulate => Some(TeacherSource::Simulated),
            (_, Some(stores)) => Some(TeacherSource::Stores(stores)),
            _ => None,
        }
    }
}

/// Reads `null`, a path or a list of paths.
fn none_one_or_many<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Vec<PathBuf>>, D::Error> {
    #[derive(Deserialize)]
    struct Paths(#[serde(deserialize_with = "one_or_many")] Vec<PathBuf>);

    Ok(Option::<Paths>::deserialize(value)?.map(|paths| paths.0))
}

/// Where predictions come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeacherSource<'a> {
    /// Files.
    Stores(&'a [PathBuf]),
    /// The labels.
    Simulated,
}

/// `teacher.missing` (student.md 2)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingPrediction {
    /// The run does not start.
    Error,
    /// The teacher is taken to find all classes equally likely: the original.
    Uniform,
    /// The segment is left out of the distillation terms.
    Skip,
}

/// `teacher.kl`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KlConfig {
    /// Both sides' logits are divided by it; the term is multiplied by its square.
    pub temperature: f64,
    /// Classes compared, the teacher's likeliest; `None` compares all.
    pub top_k: Option<usize>,
    /// Which classes `top_k` takes.
    pub classes: KlClasses,
}

/// `teacher.kl.classes`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KlClasses {
    /// The teacher's likeliest.
    Top,
    /// So many of the likeliest, of the middle and of the unlikeliest each.
    TopMiddleBottom,
}

/// `teacher.attention`: how the term `ens_distill` weighs several teachers, the student being the
/// query and their features the keys.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeacherAttention {
    /// Heads, which divide the width of the student's feature.
    pub num_heads: usize,
}

/// `teacher.simulated`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulatedTeacher {
    /// Added to the logit of the true action.
    pub strength: f64,
    /// Added to the logits of actions with the true verb, and again with the true noun.
    pub related: f64,
    /// Standard deviation of one teacher's logits.
    pub noise: f64,
    /// Teachers: averaged, or side by side for the term `ens_distill`.
    pub teachers: usize,
    /// Width of the feature; 0 for none.
    pub feature_dim: usize,
    /// Decides the noise.
    pub seed: u64,
}
