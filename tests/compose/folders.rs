//! The cases that are folders: a tree, a command line, and the text that Hydra prints.

use std::path::{Path, PathBuf};

use super::case::{Case, all_right};

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compose");
    let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> =
        entries.filter(|path| path.join("case.json").exists()).collect();
    folders.sort();
    folders
}

#[test]
fn every_folder_is_what_hydra_prints() {
    let folders = folders();
    let judge = |folder: &PathBuf| {
        let text = std::fs::read_to_string(folder.join("case.json")).unwrap();
        let id = folder.file_name().unwrap().to_string_lossy().into_owned();
        let case = Case { id, fields: serde_json::from_str(&text).unwrap() };
        let expected = std::fs::read_to_string(folder.join("expected.yaml")).ok();
        case.judge(expected.as_deref(), case.compose(&folder.join("conf")))
    };
    all_right(folders.len(), &folders.iter().filter_map(judge).collect::<Vec<_>>());
}
