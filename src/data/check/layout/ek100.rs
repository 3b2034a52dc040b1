//! EPIC-Kitchens-100.

use super::{Content, Item, Items, Kind, Roots, Set, segments, source, store};
use crate::data::Version;

pub(super) fn items(roots: &Roots) -> Vec<Item> {
    let mut items = Items::of(Set::Ek100);
    annotations(&mut items, roots);
    lists(&mut items, roots);
    features(&mut items, roots);
    items.items
}

fn annotations(items: &mut Items, roots: &Roots) {
    let dir = roots.external.join("epic-kitchens-100-annotations");
    let actions = roots.external.join("rulstm/RULSTM/data/ek100/actions.csv");
    let origin = || source::EK100.page();
    for (name, count, purpose) in [
        ("EPIC_100_train.csv", 67_217, "segments trained on"),
        ("EPIC_100_validation.csv", 9_668, "segments evaluated on"),
        ("EPIC_100_test_timestamps.csv", 13_092, "test segments"),
    ] {
        let path = dir.join(name);
        let annotations = segments(Version::Ek100, [path.clone()], &dir, actions.clone());
        let content = Content::Segments { annotations, count: Some(count) };
        items.add(Kind::Annotations, path, purpose, content, origin());
    }
    for (name, rows, purpose) in
        [("EPIC_100_verb_classes.csv", 97, "verbs"), ("EPIC_100_noun_classes.csv", 300, "nouns")]
    {
        let content = Content::Table { columns: &["key"], rows };
        items.add(Kind::Annotations, dir.join(name), purpose, content, origin());
    }
}

/// What RULSTM's repository adds.
fn lists(items: &mut Items, roots: &Roots) {
    let classes = roots.external.join("epic-kitchens-100-annotations");
    let dir = roots.external.join("rulstm/RULSTM/data/ek100");
    let actions = dir.join("actions.csv");
    let origin = || source::RULSTM.page();
    let content = Content::Table { columns: &["id", "action", "verb", "noun"], rows: 3_806 };
    items.add(Kind::Annotations, actions.clone(), "actions", content, origin());
    for (name, count, purpose) in [
        ("training.csv", 67_217, "segments trained on, in frames"),
        ("validation.csv", 9_668, "segments evaluated on, in frames"),
        ("test_timestamps.csv", 13_092, "test segments, in frames"),
    ] {
        let path = dir.join(name);
        let annotations = segments(Version::Ek100, [path.clone()], &classes, actions.clone());
        let content = Content::Segments { annotations, count: Some(count) };
        items.add(Kind::Annotations, path, purpose, content, origin());
    }
    for (name, count, purpose) in [
        ("validation_tail_verbs_ids.csv", 1_760, "segments of tail verbs"),
        ("validation_tail_nouns_ids.csv", 1_900, "segments of tail nouns"),
        ("validation_tail_actions_ids.csv", 3_105, "segments of tail actions"),
        ("validation_unseen_participants_ids.csv", 1_065, "segments of unseen participants"),
    ] {
        let content = Content::Lines { count: Some(count) };
        items.add(Kind::Annotations, dir.join(name), purpose, content, origin());
    }
}

fn features(items: &mut Items, roots: &Roots) {
    let lists = roots.external.join("rulstm/RULSTM/data/ek100");
    let classes = roots.external.join("epic-kitchens-100-annotations");
    let of = |names: &[&str]| {
        let files = names.iter().map(|name| lists.join(name));
        segments(Version::Ek100, files, &classes, lists.join("actions.csv"))
    };
    let labelled = of(&["training.csv", "validation.csv"]);
    for (name, width, purpose) in [
        ("rgb", 1024, "TSN features of pictures"),
        ("flow", 1024, "TSN features of optical flow"),
        ("obj", 352, "objects that were detected"),
    ] {
        let path = roots.data.join("external/rulstm/RULSTM/ek100_data_full").join(name);
        let from = format!(
            "https://iplab.dmi.unict.it/sharing/rulstm/features/ek100/{name}_full/data.mdb"
        );
        let origin = source::RULSTM_FILES.at(from);
        items.add(Kind::Features, path, purpose, store(width, &labelled), origin);
    }
    let name = "extracted_features/ek100/ig65m_ftEk100_logits_10fps1s/rgb";
    let from = "https://dl.fbaipublicfiles.com/avt/datasets/ek100/ig65m_ftEk100_logits_10fps1s/rgb/data.mdb";
    let (path, content) = (roots.data.join(name), store(2048, &labelled));
    let origin = source::AVT_FEATURES.at(from);
    items.add(Kind::Features, path, "features of irCSN-152", content, origin);
    let all = of(&["training.csv", "validation.csv", "test_timestamps.csv"]);
    let below = |name: &str| roots.data.join("videos").join(name);
    let path = below("EpicKitchens100/videos_extension_ht256px");
    let ek55 = ["train", "test"].map(|n| below("EpicKitchens/videos_ht256px").join(n));
    let roots = ek55.into_iter().chain([path.clone()]).collect();
    let content = Content::Videos { roots, annotations: all };
    let purpose = "videos of the segments, beside those of EK55";
    items.add(Kind::Videos, path, purpose, content, source::EPIC_VIDEOS.page());
}
