//! What a language model reads: `history`, `text`, `corpus`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

/// `history`: the actions before a segment, in the order of time.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoryConfig {
    /// Actions at most, the last ones.
    pub length: usize,
    /// Whose segments count.
    pub coverage: Coverage,
    /// Whether an action that is repeated at once counts once.
    pub deduplicate: bool,
    /// Whether the segments that are learnt from come in the order of time, not of the annotation.
    pub sorted: bool,
    /// Pickles of the original with histories made beforehand, one for each data set in order: those that
    /// are trained on first. `None` makes them from the annotations.
    pub files: Option<Vec<PathBuf>>,
}

/// `history.coverage`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Those of the same set: where training and validation share videos, there are gaps.
    Gappy,
    /// Those of every set: no gaps.
    Complete,
}

/// `text`: a history as a sentence.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextConfig {
    /// How the words of an action are found in its class.
    pub words: WordsOf,
    /// Between verb and object.
    pub verb_object: String,
    /// Between actions.
    pub next_action: String,
    /// Tokens at most.
    pub max_tokens: usize,
    /// Which tokens go when there are more.
    pub truncate: Truncate,
}

/// `text.words`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WordsOf {
    /// `take_board:cutting`: take, cutting board.
    Epic,
    /// The same after the blank that the name begins with in RULSTM's file: the original.
    EpicAsRead,
    /// `Inspect/Read_recipe`: inspect or read, recipe.
    Egtea,
}

impl WordsOf {
    /// The name in configs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Epic => "epic",
            Self::EpicAsRead => "epic_as_read",
            Self::Egtea => "egtea",
        }
    }
}

/// `text.truncate`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Truncate {
    /// The oldest, after the token that starts the sentence.
    Oldest,
    /// The first, that token with them: the original.
    First,
}

/// `corpus`: sequences of actions to pre-train on, one a line.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorpusConfig {
    /// The file, as `runner data recipes` writes it.
    pub file: PathBuf,
    /// Share of the lines kept aside to evaluate on.
    pub held_out: f64,
}
