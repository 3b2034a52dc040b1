#!/usr/bin/env python3
"""Checks that the Python original loads what `runner data export-checkpoint` writes, and agrees.

    cargo build && scripts/check_export.py --avt PATH/TO/student/AVT-main [--runner target/debug/runner]

A small student is trained for a few steps on generated data and exported. The original's BaseModel,
built from the run's own config, takes the file with `load_state_dict(strict=True)`; its logits are
compared with those that the run's evaluation stored. The features of each video are made one and the
same vector, so that the input of every segment is known without repeating how frames are chosen.

Needs torch, transformers, hydra-core, safetensors, h5py, lmdb and numpy.
"""
import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import lmdb
import numpy as np
import torch
from omegaconf import OmegaConf
from safetensors.torch import load_file

import parity_student

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 32
TOLERANCE = 2e-5


def run(runner, place, *args):
    done = subprocess.run([runner, *args], cwd=place, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, args))}: {done.stderr}")
    return done.stdout


def flatten_features(place):
    """Gives all frames of a video one vector; returns the vectors by video."""
    vectors, generator = {}, np.random.default_rng(0)
    for store in {path.parent for path in place.rglob("data.mdb")}:
        with lmdb.open(str(store), map_size=1 << 32) as env, env.begin(write=True) as txn:
            for key in [bytes(key) for key in txn.cursor().iternext(values=False)]:
                video = key.decode().split("_frame_")[0]
                if video not in vectors:
                    vectors[video] = generator.standard_normal(WIDTH).astype(np.float32)
                txn.put(key, vectors[video].tobytes())
    return vectors


def videos_of_segments(place):
    """The video of each uid."""
    file = place / "root/external/epic-kitchens-55-annotations/EPIC_train_action_labels.csv"
    with open(file, newline="") as rows:
        return {int(row["uid"]): row["video_id"] for row in csv.DictReader(rows)}


def original_model(avt, config, arrays):
    """The original's model of a run's config, with the exported arrays, all of them."""
    original = parity_student.import_original(avt)
    classes = {name.split(".")[1]: len(value) for name, value in arrays.items()
               if name.startswith("classifiers.") and name.endswith(".weight")}
    maps = {tuple(name[len("cls_map_"):].split("_")): torch.zeros_like(value)
            for name, value in arrays.items() if name.startswith("cls_map_")}
    model = original.model.BaseModel(config.model, classes, maps)
    masks = {name: value for name, value in model.state_dict().items()
             if name.endswith((".attn.bias", ".attn.masked_bias")) and name not in arrays}
    model.load_state_dict({**arrays, **masks}, strict=True)
    print(f"load_state_dict(strict=True): {len(arrays)} arrays of ours, {len(masks)} masks of its own")
    return model.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--avt", type=Path, required=True, help="checkout of student/AVT-main")
    parser.add_argument("--runner", type=Path, default=ROOT / "target/debug/runner")
    args = parser.parse_args()
    runner = args.runner.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        run(runner, place, "data", "synth", "root", "--dim", str(WIDTH), "--val-videos", "6")
        vectors = flatten_features(place)
        run(runner, place, "--config-path", ROOT / "conf", "+experiment=ek55_avt_tsn", "+debug=tiny",
            "paths.external=root/external", "paths.data=root/DATA", f"model.backbone_dim={WIDTH}",
            "train.train_one_epoch_fn.loss_wts.past_cls_action=0", "hydra.run.dir=run")
        run(runner, place, "data", "export-checkpoint", "run", "out.safetensors")
        arrays = load_file(place / "out.safetensors")
        config = OmegaConf.load(place / "run/.hydra/config.yaml")
        model = original_model(args.avt.resolve(), config, arrays)
        with h5py.File(next((place / "run/results").glob("*.h5"))) as results:
            uids, ours = results["uid"][:], torch.from_numpy(results["logits/action"][:])
        videos = videos_of_segments(place)
        batch = np.stack([vectors[videos[int(uid)]] for uid in uids])
    video = torch.from_numpy(batch)[:, None, :, None, None, None]
    video = video.expand(-1, 1, -1, config.data_eval.num_frames, 1, 1)
    with torch.no_grad():
        theirs = model(video.contiguous(), target_shape=(len(uids),))[0]["logits/action"]
    worst = (theirs - ours).abs().max() / theirs.abs().max()
    print(f"{len(uids)} segments, logits differ by {worst:.1e} of the largest")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
