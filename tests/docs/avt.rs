//! docs/avt.md maps every key of AVT and of its distillation fork (`scripts/avt_keys`).

use std::collections::BTreeSet;

use super::page::{inline, read};

#[test]
fn every_key_of_avt_is_mapped() {
    let page = read("docs/avt.md");
    let mapped: BTreeSet<String> = inline(&page).into_iter().collect();
    let keys = read("tests/docs/avt_keys.txt");
    let missing: Vec<&str> = keys.lines().filter(|key| !mapped.contains(*key)).collect();
    assert!(missing.is_empty(), "not in docs/avt.md: {missing:#?}");
}
