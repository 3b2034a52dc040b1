//! EGTEA Gaze+, in three splits.

use super::{Content, Item, Items, Kind, Roots, Set, segments, source, store};
use crate::data::Version;

/// Segments to train and to evaluate on, by split.
const SPLITS: [(usize, usize, usize); 3] =
    [(1, 8_299, 2_022), (2, 8_299, 2_022), (3, 8_300, 2_021)];

pub(super) fn items(roots: &Roots) -> Vec<Item> {
    let mut items = Items::of(Set::Egtea);
    let dir = roots.external.join("rulstm/RULSTM/data/egtea");
    let actions = dir.join("actions.csv");
    let of = |names: &[String]| {
        let files = names.iter().map(|name| dir.join(name));
        segments(Version::Egtea, files, &dir, actions.clone())
    };
    let (list, content) = (source::RULSTM.page(), Content::Lines { count: Some(106) });
    items.add(Kind::Annotations, actions.clone(), "actions", content, list.clone());
    for (split, train, validation) in SPLITS {
        for (part, count) in [("training", train), ("validation", validation)] {
            let name = format!("{part}{split}.csv");
            let purpose = format!("{part} segments of split {split}");
            let annotations = of(std::slice::from_ref(&name));
            let content = Content::Segments { annotations, count: Some(count) };
            items.add(Kind::Annotations, dir.join(name), &purpose, content, list.clone());
        }
    }
    let both = |split| of(&[format!("training{split}.csv"), format!("validation{split}.csv")]);
    let zip = "https://iplab.dmi.unict.it/sharing/rulstm/features/egtea.zip";
    for (split, ..) in SPLITS {
        for (modality, what) in [("rgb", "pictures"), ("flow", "optical flow")] {
            let name = format!("TSN-C_3_egtea_action_CE_s{split}_{modality}_model_best_fcfull_hd");
            let path = roots.data.join("external/rulstm/RULSTM/egtea").join(name);
            let purpose = format!("TSN features of {what} for split {split}");
            let (content, origin) = (store(1024, &both(split)), source::RULSTM_FILES.at(zip));
            items.add(Kind::Features, path, &purpose, content, origin);
        }
    }
    let path = roots.data.join("videos/EGTEA/101020/videos");
    let content = Content::Videos { roots: vec![path.clone()], annotations: both(1) };
    let links = "https://www.dropbox.com/s/uwwj6wb1j4rsm02/video_links.txt";
    let origin = source::EGTEA_VIDEOS.at(links);
    items.add(Kind::Videos, path, "videos of the segments", content, origin);
    items.teachers(roots, &of(&["training1.csv".into()]), "action_gru_gappy");
    items.items
}
