//! Why models cannot be fused.

use crate::data::Uid;

/// Models that cannot be fused.
#[derive(Debug, thiserror::Error)]
pub enum FusionError {
    /// No segment in common.
    #[error(
        "failed to fuse `{}` and `{}`: they have no segment in common ({}, {})",
        models[0], models[1], first(&segments[0]), first(&segments[1])
    )]
    Apart {
        /// Their names.
        models: [String; 2],
        /// The first segment of each.
        segments: [Option<Uid>; 2],
    },
    /// Other numbers of classes.
    #[error(
        "failed to fuse `{}` and `{}`: one has {} classes of `{label}`, the other {}",
        models[0], models[1], counts[0], counts[1]
    )]
    Classes {
        /// Of which label type.
        label: String,
        /// Their names.
        models: [String; 2],
        /// How many classes each has.
        counts: [usize; 2],
    },
    /// No label type in common.
    #[error("failed to fuse: no label type has scores of all models: {}", found.join("; "))]
    Labels {
        /// What each has.
        found: Vec<String>,
    },
    /// A norm that cannot be read.
    #[error("expected `none`, a number above 0 as in `2`, or `inf`, found `{text}`")]
    Norm {
        /// As given.
        text: String,
    },
    /// Nothing to tell good weights by.
    #[error("failed to search weights: no segment of `{set}` has a label that counts for {goal}")]
    Unlabelled {
        /// The data set.
        set: String,
        /// The figure.
        goal: String,
    },
    /// Too few videos.
    #[error(
        "failed to part the videos into {folds} folds: expected 2 to {videos}, the number of videos"
    )]
    Folds {
        /// As asked for.
        folds: usize,
        /// How many videos there are.
        videos: usize,
    },
    /// A segment of no video.
    #[error("failed to find the video of segment {uid}: the annotations do not have it")]
    NoVideo {
        /// The segment.
        uid: Uid,
    },
}

fn first(uid: &Option<Uid>) -> String {
    uid.as_ref().map_or("no segment at all".to_owned(), |uid| format!("the first is {uid}"))
}
