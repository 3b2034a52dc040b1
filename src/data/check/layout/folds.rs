//! 50-Salads and Breakfast: folds that list files.
//!
//! Names of files follow from the lines of the lists as in AVT's `datasets/breakfast_50salads.py`.

use std::path::{Path, PathBuf};

use super::{Content, Item, Items, Kind, Roots, Set, source};

const ANNOTATIONS: &str = "breakfast_50salad_anticipation_annotations";

/// 50-Salads.
pub(super) fn salads(roots: &Roots) -> Vec<Item> {
    let mut items = Items::of(Set::Salads);
    let lists = folds(&mut items, roots, "50s_splits", 5);
    common(&mut items, roots, "50salads", &lists);
    let dir = roots.data.join("videos/50Salads");
    let content = |names| Content::Listed { lists: lists.clone(), names };
    for (name, names, kind, purpose) in [
        (
            "activityAnnotations",
            salads_annotation as fn(&str) -> _,
            Kind::Annotations,
            "actions by the camera's clock",
        ),
        ("timestamps", salads_times, Kind::Annotations, "the time of each frame"),
        ("rgb", salads_video, Kind::Videos, "videos of all folds"),
    ] {
        items.add(kind, dir.join(name), purpose, content(names), source::SALADS.page());
    }
    items.items
}

/// Breakfast.
pub(super) fn breakfast(roots: &Roots) -> Vec<Item> {
    let mut items = Items::of(Set::Breakfast);
    let lists = folds(&mut items, roots, "bf_splits", 4);
    common(&mut items, roots, "breakfast", &lists);
    let dir = roots.data.join("videos/Breakfast/BreakfastII_15fps_qvga_sync");
    let content = |names| Content::Listed { lists: lists.clone(), names };
    let origin = || source::BREAKFAST.page();
    let labels = content(breakfast_labels);
    items.add(Kind::Annotations, dir.clone(), "labels beside the videos", labels, origin());
    items.add(Kind::Videos, dir, "videos of all folds", content(breakfast_video), origin());
    items.items
}

/// The lists of every fold; returns them.
fn folds(items: &mut Items, roots: &Roots, dir: &str, folds: usize) -> Vec<PathBuf> {
    let dir = roots.external.join(ANNOTATIONS).join("cvpr18_data").join(dir);
    let mut lists = Vec::new();
    for fold in 1..=folds {
        for (part, what) in [("train", "trained on"), ("test", "evaluated on")] {
            let path = dir.join(format!("{part}.split{fold}.bundle"));
            let purpose = format!("videos {what} in fold {fold}");
            let (content, origin) = (Content::Lines { count: None }, source::ABU_FARHA.page());
            items.add(Kind::Annotations, path.clone(), &purpose, content, origin);
            lists.push(path);
        }
    }
    lists
}

/// What Abu Farha shared for either.
fn common(items: &mut Items, roots: &Roots, name: &str, lists: &[PathBuf]) {
    let dir = roots.external.join(ANNOTATIONS).join("annotations").join(name);
    let zip = "https://dl.fbaipublicfiles.com/avt/datasets/50salads/annotations.zip";
    let origin = || source::ABU_FARHA.at(zip);
    let content = Content::Lines { count: None };
    items.add(Kind::Annotations, dir.join("mapping.txt"), "actions", content, origin());
    let content = Content::Listed { lists: lists.to_vec(), names: ground_truth };
    items.add(
        Kind::Annotations,
        dir.join("groundTruth"),
        "actions by the frame",
        content,
        origin(),
    );
}

/// One file a line, under the line's own name.
pub fn ground_truth(line: &str) -> Vec<PathBuf> {
    vec![line.into()]
}

/// `rgb-01-1.txt` -> `01-1`
fn salads_id(line: &str) -> &str {
    let line = line.strip_prefix("rgb-").unwrap_or(line);
    line.strip_suffix(".txt").unwrap_or(line)
}

/// 50-Salads' own annotation of a video.
pub fn salads_annotation(line: &str) -> Vec<PathBuf> {
    vec![format!("{}-activityAnnotation.txt", salads_id(line)).into()]
}

/// The times of its frames.
pub fn salads_times(line: &str) -> Vec<PathBuf> {
    vec![format!("timestamps-{}.txt", salads_id(line)).into()]
}

/// Its video.
pub fn salads_video(line: &str) -> Vec<PathBuf> {
    vec![format!("rgb-{}.avi", salads_id(line)).into()]
}

/// `P03_cam01_P03_cereals.txt` -> `P03/cam01/P03_cereals.avi`; of the stereo camera either channel.
pub fn breakfast_video(line: &str) -> Vec<PathBuf> {
    let line = line.strip_suffix(".txt").unwrap_or(line);
    let parts: Vec<&str> = line.split('_').collect();
    let [person, camera, _, topic] = parts[..] else { return vec![line.into()] };
    let (camera, channels): (_, &[&str]) = match camera.starts_with("stereo") {
        true => ("stereo", &["_ch0", "_ch1"]),
        false => (camera, &[""]),
    };
    let dir = Path::new(person).join(camera);
    channels.iter().map(|channel| dir.join(format!("{person}_{topic}{channel}.avi"))).collect()
}

/// The labels beside a video.
pub fn breakfast_labels(line: &str) -> Vec<PathBuf> {
    let labels = |video: PathBuf| PathBuf::from(format!("{}.labels", video.display()));
    breakfast_video(line).into_iter().map(labels).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_lines() {
        for (names, line, expected) in [
            (salads_video as fn(&str) -> Vec<PathBuf>, "rgb-01-1.txt", vec!["rgb-01-1.avi"]),
            (salads_annotation, "rgb-01-1.txt", vec!["01-1-activityAnnotation.txt"]),
            (salads_times, "rgb-01-1.txt", vec!["timestamps-01-1.txt"]),
            (breakfast_video, "P03_cam01_P03_cereals.txt", vec!["P03/cam01/P03_cereals.avi"]),
            (
                breakfast_video,
                "P04_stereo01_P04_tea.txt",
                vec!["P04/stereo/P04_tea_ch0.avi", "P04/stereo/P04_tea_ch1.avi"],
            ),
            (
                breakfast_labels,
                "P03_cam01_P03_cereals.txt",
                vec!["P03/cam01/P03_cereals.avi.labels"],
            ),
        ] {
            let expected: Vec<PathBuf> = expected.into_iter().map(PathBuf::from).collect();
            assert_eq!(names(line), expected, "{line}");
        }
    }
}
