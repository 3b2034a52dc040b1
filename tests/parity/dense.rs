//! Clips all along the videos, against `dense_clip_sampler` of the original.

use std::collections::HashMap;

use runner::data::{
    Annotations, DenseClips, Segment, Shard, Split, SynthConfig, Uid, Version, World,
};
use serde_json::Value;

#[test]
fn clips_are_the_originals_to_the_bit() {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/dense.json")).unwrap();
    let videos = fixture["videos"].as_object().unwrap();
    let seconds: HashMap<&String, f64> =
        videos.iter().map(|(name, length)| (name, exact(length).unwrap())).collect();
    let cases = fixture["cases"].as_array().unwrap();
    for (i, case) in cases.iter().enumerate() {
        let mut annotations = annotations(&case["segments"]);
        let kept = annotations.segments.clone();
        let clips = clips(case);
        let videos = annotations.videos.clone();
        clips.cut(&mut annotations, |video| Ok(seconds[&videos[video]])).unwrap();
        let (annotated, cut) =
            annotations.segments.split_at(if clips.keep { kept.len() } else { 0 });
        assert_eq!(annotated, &kept[..annotated.len()], "case {i}");
        let done: Vec<&str> = case["done"]
            .as_array()
            .map_or(Vec::new(), |uids| uids.iter().filter_map(Value::as_str).collect());
        // The original leaves out what is done here; we do so when the clips are read.
        let found: Vec<Value> = cut
            .iter()
            .filter(|clip| !done.contains(&clip.uid.to_string().as_str()))
            .map(|clip| {
                let Segment { uid, video, start, end, labels } = clip;
                let [start, end] = [start, end].map(|seconds| format!("{seconds:?}"));
                serde_json::json!([uid.to_string(), videos[*video], start, end, labels.action])
            })
            .collect();
        assert_eq!(&found, case["clips"].as_array().unwrap(), "case {i}");
    }
    assert!(cases.len() >= 9);
}

/// A double that is written as text.
fn exact(value: &Value) -> Option<f64> {
    value.as_str()?.parse().ok()
}

fn clips(case: &Value) -> DenseClips {
    let whole = |key: &str, default| case[key].as_u64().map_or(default, |n| n as usize);
    DenseClips {
        length: exact(&case["clip_len"]),
        stride: exact(&case["stride"]).unwrap(),
        shard: Shard { rank: whole("rank", 0), world: whole("world", 1) },
        keep: case["keep_orig_clips"].as_bool().unwrap_or(true),
    }
}

fn annotations(rows: &Value) -> Annotations {
    let mut annotations =
        World::generate(&SynthConfig::default()).unwrap().annotations(Split::Train);
    let labels = annotations.segments[0].labels;
    annotations.videos.clear();
    annotations.video_files.clear();
    annotations.segments.clear();
    for row in rows.as_array().unwrap() {
        let name = row[1].as_str().unwrap();
        let known = annotations.videos.iter().position(|video| video == name);
        let video = known.unwrap_or_else(|| {
            annotations.videos.push(name.to_owned());
            annotations.video_files.push(Version::Ek55.video_file(name));
            annotations.videos.len() - 1
        });
        annotations.segments.push(Segment {
            uid: Uid::Int(row[0].as_i64().unwrap()),
            video,
            start: exact(&row[2]).unwrap(),
            end: exact(&row[3]).unwrap(),
            labels,
        });
    }
    annotations
}
