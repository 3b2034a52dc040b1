//! Which videos are kept aside together when weights are cross-validated.
//!
//! Segments of one video resemble each other, so that a video is never in two folds.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::FusionError;
use crate::data::{Annotations, Uid};

/// The fold of each segment: the largest videos are dealt out first, each to the fold that has
/// fewest segments so far.
///
/// # Errors
/// A segment of no video; fewer videos than folds, or less than two folds.
pub fn video_folds(
    uids: &[Uid],
    annotations: &Annotations,
    folds: usize,
) -> Result<Vec<usize>, FusionError> {
    let known: HashMap<&Uid, usize> =
        annotations.segments.iter().map(|segment| (&segment.uid, segment.video)).collect();
    let video = |uid: &Uid| match known.get(uid) {
        Some(video) => Ok(annotations.videos[*video].as_str()),
        None => Err(FusionError::NoVideo { uid: uid.clone() }),
    };
    let videos = uids.iter().map(video).collect::<Result<Vec<&str>, _>>()?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    videos.iter().for_each(|video| *counts.entry(video).or_default() += 1);
    if !(2..=counts.len()).contains(&folds) {
        return Err(FusionError::Folds { folds, videos: counts.len() });
    }
    let mut order: Vec<(&str, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(video, count)| (Reverse(*count), *video));
    let mut sizes = vec![0; folds];
    let mut fold_of = HashMap::new();
    for (video, count) in order {
        let fold = (0..folds).min_by_key(|fold| sizes[*fold]).unwrap_or(0);
        sizes[fold] += count;
        fold_of.insert(video, fold);
    }
    Ok(videos.into_iter().map(|video| fold_of[video]).collect())
}
