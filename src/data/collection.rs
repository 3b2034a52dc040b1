//! Which data set annotations are of.

use super::Version;

/// A data set, by how it is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// EPIC-Kitchens or EGTEA: actions are verbs and nouns.
    Kitchens(Version),
    /// 50-Salads: actions alone, in five folds.
    Salads,
    /// Breakfast: actions alone, in four folds.
    Breakfast,
}

impl Collection {
    /// The metric that decides which checkpoint is best.
    pub fn primary_metric(self) -> &'static str {
        match self {
            Self::Kitchens(Version::Ek100) => "final_acc/action/AR5",
            Self::Kitchens(Version::Ek55 | Version::Egtea) | Self::Salads | Self::Breakfast => {
                "final_acc/action/top1"
            }
        }
    }
}
