#!/usr/bin/env python3
"""Writes tests/parity/fixtures/dense.json: the clips that the original cuts all along videos.

    scripts/parity_dense.py --avt PATH/TO/student/AVT-main

`dense_clip_sampler` of the original runs on made-up segments; in the place of OpenCV stand lengths
of videos. Seconds are written as texts: not every reader of JSON gets doubles right to the bit.
"""
import argparse
import json
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import torchvision

from parity_student import ABSENT, Absent, load

OUT = Path(__file__).resolve().parent.parent / "tests/parity/fixtures/dense.json"
VIDEOS = {"P02_10": 7.3, "P01_01": 4.0, "P02_02": 30 / 29.97, "P01_11": 0.0}
CASES = [
    {"clip_len": "mean_action_len", "stride": 1.0},
    {"clip_len": 2.5, "stride": 0.1},
    {"clip_len": "mean_action_len", "stride": 1 / 3, "keep_orig_clips": False},
    {"clip_len": 1.0, "stride": 0.7, "shard_per_worker": True, "rank": 0, "world": 3},
    {"clip_len": 1.0, "stride": 0.7, "shard_per_worker": True, "rank": 1, "world": 3},
    {"clip_len": 1.0, "stride": 0.7, "shard_per_worker": True, "rank": 2, "world": 3,
     "keep_orig_clips": False},
    {"clip_len": "mean_action_len", "stride": 2.0, "featext_skip_done": True,
     "done": ["P01_01_2.0", "P02_10_0.0", "P02_10_1.0"]},
]


def segments(count, generator):
    """Times are hundredths of a second, as in the annotations."""
    names = sorted(VIDEOS)
    start = generator.integers(0, 300, count) / 100
    length = generator.integers(1, 700, count) / 100
    video = [list(VIDEOS)[i] for i in generator.integers(0, len(names), count)]
    video[:4] = list(VIDEOS)  # in this order
    return pd.DataFrame({
        "uid": range(1, count + 1), "video_id": video, "start": start, "end": start + length,
        "verb_class": 1, "noun_class": 2, "action_class": 3,
        "video_path": [Path(v.split("_")[0]) / f"{v}.MP4" for v in video],
    })


def cut(module, frame, case):
    case = dict(case)
    rank, world, done = case.pop("rank", 0), case.pop("world", 1), case.pop("done", [])
    module.get_rank, module.get_world_size = lambda: rank, lambda: world
    module.get_video_info = lambda path, props: {"len": VIDEOS[Path(path).stem]}
    read = module.read_saved_results_uids
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.h5"
        with h5py.File(results, "w") as file:
            file["uid"] = np.array(done, "S64")
        module.read_saved_results_uids = lambda path: read(results)
        try:
            clips, _ = module.dense_clip_sampler(frame.copy(), [Path("videos")], **case)
        finally:
            module.read_saved_results_uids = read
    return [[str(row.uid), row.video_id, repr(float(row.start)), repr(float(row.end)),
             int(row.action_class)]
            for row in clips.itertuples()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--avt", type=Path, required=True)
    avt = parser.parse_args().avt
    module = original(avt)
    generator = np.random.default_rng(0)
    table = []
    for count in (4, 9, 300):
        frame = segments(count, generator)
        rows = [[int(row.uid), row.video_id, repr(row.start), repr(row.end)]
                for row in frame.itertuples()]
        for case in CASES if count == 9 else CASES[:1]:
            clips = cut(module, frame, case)
            kept = len(rows) if case.get("keep_orig_clips", True) else 0
            assert [[int(c[0]), *c[1:4]] for c in clips[:kept]] == rows[:kept]
            seconds = {key: repr(value) if isinstance(value, float) else value
                       for key, value in case.items()}
            table.append({**seconds, "segments": rows, "clips": clips[kept:]})
    lengths = {video: repr(length) for video, length in VIDEOS.items()}
    videos = {"videos": lengths, "cases": table}
    OUT.write_text(json.dumps(videos, separators=(",", ":")) + "\n")
    print(f"{OUT}: {len(table)} cases, {sum(len(case['clips']) for case in table)} clips")


def original(avt):
    """The original's file; what else it imports is not used."""
    absent = [name for name in ABSENT if not name.startswith("datasets")]
    for name in [*absent, "common", "common.utils", "hydra", "hydra.types"]:
        if name not in ("h5py", "pandas"):
            sys.modules[name] = Absent(name)
    torchvision.set_video_backend = lambda backend: None
    return load("base_video_dataset", avt / "datasets/base_video_dataset.py")


if __name__ == "__main__":
    main()
