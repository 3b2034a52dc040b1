//! EPIC-Kitchens-55.

use super::{Content, Item, Items, Kind, Roots, Set, segments, source, store};
use crate::data::Version;

pub(super) fn items(roots: &Roots) -> Vec<Item> {
    let mut items = Items::of(Set::Ek55);
    annotations(&mut items, roots);
    lists(&mut items, roots);
    features(&mut items, roots);
    items.items
}

fn annotations(items: &mut Items, roots: &Roots) {
    let dir = roots.external.join("epic-kitchens-55-annotations");
    let actions = roots.external.join("rulstm/RULSTM/data/ek55/actions.csv");
    let origin = || source::EK55.page();
    for (name, count, purpose) in [
        ("EPIC_train_action_labels.csv", 28_472, "labelled segments"),
        ("EPIC_test_s1_timestamps.csv", 8_047, "test segments, seen kitchens"),
        ("EPIC_test_s2_timestamps.csv", 2_929, "test segments, unseen kitchens"),
    ] {
        let path = dir.join(name);
        let annotations = segments(Version::Ek55, [path.clone()], &dir, actions.clone());
        let content = Content::Segments { annotations, count: Some(count) };
        items.add(Kind::Annotations, path, purpose, content, origin());
    }
    let tables: [(&str, &'static [&'static str], usize, &str); 4] = [
        ("EPIC_verb_classes.csv", &["class_key"], 125, "verbs"),
        ("EPIC_noun_classes.csv", &["class_key"], 352, "nouns"),
        ("EPIC_many_shot_verbs.csv", &["verb_class"], 26, "many-shot verbs"),
        ("EPIC_many_shot_nouns.csv", &["noun_class"], 71, "many-shot nouns"),
    ];
    for (name, columns, rows, purpose) in tables {
        let content = Content::Table { columns, rows };
        items.add(Kind::Annotations, dir.join(name), purpose, content, origin());
    }
}

/// What RULSTM's repository adds.
fn lists(items: &mut Items, roots: &Roots) {
    let classes = roots.external.join("epic-kitchens-55-annotations");
    let dir = roots.external.join("rulstm/RULSTM/data/ek55");
    let actions = dir.join("actions.csv");
    let origin = || source::RULSTM.page();
    let content = Content::Table { columns: &["id", "action", "verb", "noun"], rows: 2_513 };
    items.add(Kind::Annotations, actions.clone(), "actions", content, origin());
    for (name, count, purpose) in [
        ("training_videos.csv", 232, "videos trained on"),
        ("validation_videos.csv", 40, "videos evaluated on"),
    ] {
        let content = Content::Lines { count: Some(count) };
        items.add(Kind::Annotations, dir.join(name), purpose, content, origin());
    }
    for (name, count, purpose) in [
        ("training.csv", 23_493, "segments trained on, in frames"),
        ("validation.csv", 4_979, "segments evaluated on, in frames"),
        ("test_seen.csv", 8_047, "test segments, seen kitchens, in frames"),
        ("test_unseen.csv", 2_929, "test segments, unseen kitchens, in frames"),
    ] {
        let path = dir.join(name);
        let annotations = segments(Version::Ek55, [path.clone()], &classes, actions.clone());
        let content = Content::Segments { annotations, count: Some(count) };
        items.add(Kind::Annotations, path, purpose, content, origin());
    }
}

fn features(items: &mut Items, roots: &Roots) {
    let lists = roots.external.join("rulstm/RULSTM/data/ek55");
    let classes = roots.external.join("epic-kitchens-55-annotations");
    let of = |names: &[&str]| {
        let files = names.iter().map(|name| lists.join(name));
        segments(Version::Ek55, files, &classes, lists.join("actions.csv"))
    };
    let labelled = of(&["training.csv", "validation.csv"]);
    for (name, width, purpose) in [
        ("rgb", 1024, "TSN features of pictures"),
        ("flow", 1024, "TSN features of optical flow"),
        ("obj", 352, "objects that were detected"),
    ] {
        let path = roots.data.join("external/rulstm/RULSTM/data_full").join(name);
        let from =
            format!("https://iplab.dmi.unict.it/sharing/rulstm/features/{name}_full/data.mdb");
        let origin = source::RULSTM_FILES.at(from);
        items.add(Kind::Features, path, purpose, store(width, &labelled), origin);
    }
    let name = "extracted_features/ek55/ig65m_ftEk55train_logits_25fps/rgb";
    let from = "https://dl.fbaipublicfiles.com/avt/datasets/ek55/ig65m_ftEk55train_logits_25fps/rgb/data.mdb";
    let (path, content) = (roots.data.join(name), store(2048, &labelled));
    let origin = source::AVT_FEATURES.at(from);
    items.add(Kind::Features, path, "features of irCSN-152", content, origin);
    for (name, annotations, purpose) in [
        ("train", &labelled, "videos of the labelled segments"),
        ("test", &of(&["test_seen.csv", "test_unseen.csv"]), "videos of the test segments"),
    ] {
        let path = roots.data.join("videos/EpicKitchens/videos_ht256px").join(name);
        let (roots, annotations) = (vec![path.clone()], annotations.clone());
        let content = Content::Videos { roots, annotations };
        items.add(Kind::Videos, path, purpose, content, source::EPIC_VIDEOS.page());
    }
    items.teachers(roots, &of(&["training.csv"]), "action_gru_wide");
}
