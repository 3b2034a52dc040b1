#!/usr/bin/env python3
"""Writes tests/data/readers/expected.json: what the original reads under the settings beside it.

    scripts/parity_readers.py --avt PATH/TO/AVT

AVT is a checkout of github.com/facebookresearch/AVT (its fork also reads predictions of a teacher).
`tests/data/readers/settings.yaml` holds a small world and rows of settings. For each row the
original's own `BaseVideoDataset` is built over the world's segments, with its own
`convert_to_anticipation` and its own `EpicRULSTMFeatsReader` on LMDB stores that are written here,
and asked for its samples: frames, times, targets, labels of frames and behind the clip, what was
discarded, what was drawn. The rows of tests/data/clips.rs are read from its source and compared, too.

Needs torch, torchvision, pandas, lmdb, h5py, hydra-core and PyYAML.
"""
import argparse
import json
import logging
import re
import struct
import sys
import tempfile
from pathlib import Path
from unittest import mock

import lmdb
import numpy as np
import pandas as pd
import torch
import torchvision
import yaml

TESTS = Path(__file__).resolve().parent.parent / "tests/data"
LABELS = ["action", "verb", "noun"]
VECTORS = {"rgb": lambda f: [f], "flow": lambda f: [f + 0.25, -f]}
KEY = "{}_frame_{:010d}.jpg"


def import_original(avt):
    """The original's modules; of what they import, what is not used is replaced."""
    for name in ("submitit", "cv2"):
        sys.modules[name] = mock.MagicMock(name=name)
    torchvision.set_video_backend = lambda backend: None
    sys.path.insert(0, str(avt))
    from datasets import base_video_dataset, epic_kitchens
    return base_video_dataset, epic_kitchens


def write_stores(world, scratch):
    for name, vector in VECTORS.items():
        missing = {(video, f) for video, runs in world["missing"][name].items()
                   for low, high in runs for f in range(low, high + 1)}
        env = lmdb.open(str(scratch / name), map_size=1 << 26)
        with env.begin(write=True) as transaction:
            for video, frames in world["videos"].items():
                for f in set(range(1, frames + 1)) - {f for v, f in missing if v == video}:
                    values = vector(f)
                    transaction.put(KEY.format(video, f).encode(),
                                    struct.pack(f"<{len(values)}f", *values))
        env.close()


class Draws:
    """The original's generator, listened to."""

    def __init__(self, rng):
        self.rng = rng
        self.last = None

    def integers(self, below):
        drawn = int(self.rng.integers(below))
        self.last = [drawn, below]
        return drawn


def data_set(modules, world, row, scratch):
    columns = ["uid", "video_id", "start", "end", "verb_class", "noun_class", "action_class"]
    frame = pd.DataFrame(world["segments"], columns=columns)
    frame = frame[~frame.uid.isin(row["without"])].reset_index(drop=True)
    frame["video_path"] = [Path(f"{video}.MP4") for video in frame.video_id]
    convert = row["anticipation"] and {
        "_target_": "datasets.base_video_dataset.convert_to_anticipation", **row["anticipation"]}
    size, stride = row["subclips"]
    classes = {f"{label}_classes": {str(i): i for i in range(9)} for label in LABELS}
    return modules[0].BaseVideoDataset(
        frame, root=["."], frames_per_clip=row["num_frames"], frame_rate=row["frame_rate"],
        subclips_options={"num_frames": size, "stride": stride},
        load_seg_labels=row["load_seg_labels"], load_long_term_future_labels=row["long_term"],
        reader_fn={"_target_": "datasets.epic_kitchens.EpicRULSTMFeatsReader",
                   "lmdb_path": [str(scratch / name) for name in row["stores"]],
                   "read_type": row["read_type"], "warn_if_using_closeby_frame": False},
        transform=lambda video: video, label_type=LABELS, sample_strategy=row["strategy"],
        conv_to_anticipate_fn=convert, uid_subset=row["uids"], **classes)


def sample(data, index):
    uid = int(data.df.uid[index])
    data.rng.last = None
    try:
        item = data[index]
    except (AssertionError, RuntimeError) as error:
        return {"uid": uid, "error": type(error).__name__}
    # clips, C, T, 1, 1 -> a vector for each frame
    video = item["video"].squeeze(-1).squeeze(-1).permute(0, 2, 1).flatten(0, 1)
    out = {"uid": uid, "vectors": video.tolist(),
           "times": item["video_frame_sec"].flatten().tolist(),
           "targets": [int(item["target"][label]) for label in LABELS]}
    if data.rng.last is not None:
        out["drawn"] = data.rng.last
    for key in ("target_subclips", "future_subclips"):
        if key in item:
            out[key] = [item[key][label].flatten().tolist() for label in LABELS]
    return out


def run(modules, settings, scratch):
    for row in settings["rows"]:
        row = {**settings["defaults"], **row}
        if row["anticipation"] is not None:
            row["anticipation"] = {"drop_style": "correct", **row["anticipation"]}
        data = data_set(modules, settings["world"], row, scratch)
        data.rng = Draws(data.rng)
        dropped = [] if data.discarded_df is None else data.discarded_df.uid.tolist()
        samples = [sample(data, index) for index in range(len(data))]
        close(data.reader_fn)
        yield {"id": row["id"], "discarded": sorted(map(int, dropped)), "samples": samples}


def close(reader):
    """lmdb opens a store once in a process."""
    for env in reader.lmdb_envs:
        env.close()


ROW = re.compile(r'row\("([^"]+)", \(([^)]+)\), \((.+?)\), (None|Some\(\(.+?\)\)),\s*'
                 r"&\[([^\]]*)\],\s*&\[([^\]]*)\]\)", re.S)
NAMES = {"Last": "last_clip", "First": "first_clip", "Center": "center_clip",
         "Random": "random_clip", "Normal": "normal", "ExactRulstm": "exact_rulstm"}


def check_table(modules, scratch):
    """The table of tests/data/clips.rs against the original, all frames stored; how many rows."""
    path = scratch / "all"
    with lmdb.open(str(path), map_size=1 << 26) as env, env.begin(write=True) as transaction:
        for f in range(1, 1501):
            transaction.put(KEY.format("v", f).encode(), struct.pack("<f", f))
    rows = ROW.findall((TESTS / "clips.rs").read_text())
    for name, observed, wanted, drawn, frames, times in rows:
        count, rate, strategy, read_type = [part.strip() for part in wanted.split(",")]
        rate = None if rate == "None" else float(rate.removeprefix("Some(").removesuffix(")"))
        rng = mock.Mock()
        rng.integers.return_value = next(map(int, re.findall(r"\d+", drawn)), None)
        reader = modules[1].EpicRULSTMFeatsReader(str(path), NAMES[read_type], False)
        video, seconds, _, _, _ = modules[0].BaseVideoDataset._sample(
            Path("v.MP4"), 30.0, *map(float, observed.split(",")), None, int(count), rate,
            NAMES[strategy], reader, rng)
        assert video.flatten().tolist() == [int(f) for f in frames.split(",")], name
        expected = [float(t) for t in times.split(",")]
        assert np.allclose(seconds.tolist(), expected, rtol=1e-7, atol=6e-6), name
        calls = [str(call.args[0]) for call in rng.integers.call_args_list]
        assert calls == re.findall(r"\d+", drawn)[1:], name
        close(reader)
    return len(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--avt", type=Path, required=True)
    modules = import_original(parser.parse_args().avt.resolve())
    logging.disable(logging.CRITICAL)  # missing frames and videos, by intent
    settings = yaml.safe_load((TESTS / "readers/settings.yaml").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        write_stores(settings["world"], scratch)
        rows = list(run(modules, settings, scratch))
        print(f"tests/data/clips.rs: {check_table(modules, scratch)} rows agree")
    out = TESTS / "readers/expected.json"
    out.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    print(f"{out.name}: {len(rows)} rows, {sum(len(row['samples']) for row in rows)} samples")


if __name__ == "__main__":
    main()
