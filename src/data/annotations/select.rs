//! Keeping some participants or videos.

use std::collections::HashSet;
use std::path::Path;

use crate::files;

use super::Record;
use crate::data::error::{DataError, first_few};

/// Keeps participants `P<start>` to `P<end>`, both included; `range` is written `1-31`.
pub(super) fn keep_persons(records: &mut Vec<Record>, range: &str) -> Result<(), DataError> {
    let (start, end) = range
        .split_once('-')
        .and_then(|(s, e)| Some((s.trim().parse::<u32>().ok()?, e.trim().parse::<u32>().ok()?)))
        .ok_or_else(|| DataError::Setting {
            setting: "only_keep_persons",
            value: range.into(),
            reason: "write the first and last participant as in `1-31`".into(),
        })?;
    let kept: HashSet<String> = (start..=end).map(|i| format!("P{i:02}")).collect();
    retain(records, format!("keeping persons {range}"), |r| kept.contains(&r.participant))
}

/// Keeps the videos listed in a file, one a line; says which of them have no segment.
pub(super) fn keep_videos(records: &mut Vec<Record>, path: &Path) -> Result<(), DataError> {
    let text = files::read_to_string(path)?;
    let listed = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let kept: HashSet<&str> = listed.clone().filter(|video| !video.is_empty()).collect();
    let annotated: HashSet<&str> = records.iter().map(|record| record.video.as_str()).collect();
    let absent: Vec<String> = listed
        .filter(|video| kept.contains(video) && !annotated.contains(video))
        .map(str::to_owned)
        .collect();
    if !absent.is_empty() && absent.len() < kept.len() {
        let (count, of, names) = (absent.len(), kept.len(), first_few(&absent));
        tracing::warn!("{count} of {of} videos of `{}` have no segment: {names}", path.display());
    }
    let step = format!("keeping the videos of `{}`", path.display());
    retain(records, step, |r| kept.contains(r.video.as_str()))
}

fn retain(
    records: &mut Vec<Record>,
    step: String,
    keep: impl Fn(&Record) -> bool,
) -> Result<(), DataError> {
    let before = records.len();
    records.retain(keep);
    if records.is_empty() {
        return Err(DataError::NothingLeft { before, step });
    }
    Ok(())
}
