#!/usr/bin/env python3
"""Batches of features a second out of LMDB stores: `runner` and Python on the same stores, in turn.

    scripts/bench_features.py --avt PATH/TO/AVT [--stores FOLDER] [--mb 10,100,1000] [--rounds 3]

AVT is a checkout of github.com/facebookresearch/AVT. `cargo bench --bench features` writes the
stores (into FOLDER, where they stay) and measures ours; then two readers in Python see the same
segments, in batches of 32, in this process and through a `DataLoader` with 2 workers:

    original  the original's own `EpicRULSTMFeatsReader` and the stride of its `_sample`, collated
    tuned     lmdb and numpy at their best: only the frames that are kept, one transaction a batch,
              straight from the map into the batch's place

All three must give the same first batch. Printed are medians over the rounds, of batches a second
and of memory besides pages of the store, all processes together.
"""
import argparse
import csv
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
import types
import warnings
from pathlib import Path

import numpy as np
import torch

BATCH, WIDTH, FPS = 32, 1024, 30
ROOT = Path(__file__).resolve().parent.parent
# As in benches/features.rs: seconds observed, frames kept, every how many of those read.
CASES = {"normal": (10.0, 10, 30), "exact_rulstm": (2.5, 11, 1)}
AHEAD = 1.0


def original_reader(avt):
    """The original's class; what its files import besides and this does not use is replaced."""
    from parity_student import Absent, load
    from omegaconf import OmegaConf
    for name in ("common", "common.utils", "hydra", "hydra.types"):
        sys.modules[name] = Absent(name)
    # Gone from omegaconf; the reader asks it whether it was given a list.
    OmegaConf.get_type = staticmethod(type)
    package = types.ModuleType("datasets")
    package.__path__ = [str(avt / "datasets")]
    sys.modules["datasets"] = package
    base = sys.modules["datasets.base_video_dataset"] = types.ModuleType("base_video_dataset")
    base.BaseVideoDataset, base.RULSTM_TSN_FPS = object, FPS
    return load("datasets.epic_kitchens", avt / "datasets/epic_kitchens.py").EpicRULSTMFeatsReader


class Original(torch.utils.data.Dataset):
    """A segment at a time, as `BaseVideoDataset` reads it of the last seconds."""

    def __init__(self, reader, case, segments):
        self.reader, self.segments = reader, segments
        self.seconds, self.frames, self.stride = CASES[case]

    def __len__(self):
        return len(self.segments)

    def __getitem__(self, index):
        video, start = self.segments[index]
        end = start - AHEAD
        clip, _, _ = self.reader(Path(f"{video}.MP4"), end - self.seconds, end, FPS, None)
        clip = clip[(len(clip) - 1) % self.stride::self.stride][-self.frames:]
        clip = clip.permute(0, 3, 1, 2).unsqueeze(2)  # clips of one frame: clips, C, T, H, W
        return {"video": clip, "target": {"action": 0}, "idx": index, "uid": index}


class Tuned(torch.utils.data.Dataset):
    """A batch at a time."""

    def __init__(self, env, case, segments):
        self.env = env  # the original's: a process opens a store once
        _, self.count, self.stride = CASES[case]
        self.exact, self.segments = case == "exact_rulstm", segments

    def __len__(self):
        return len(self.segments)

    def kept(self, start):
        end = (start - AHEAD) * FPS
        if self.exact:
            return [int(end - 7.5 * back) for back in range(10, -1, -1)]
        return range(int(end) - (self.count - 1) * self.stride, int(end) + 1, self.stride)

    def __getitem__(self, indices):
        out = np.empty((len(indices), self.count, WIDTH), np.float32)
        with self.env.begin(buffers=True) as transaction:
            get, read = transaction.get, np.frombuffer
            for row, index in zip(out, indices):
                video, start = self.segments[index]
                form = f"{video}_frame_%010d.jpg".encode()
                for place, frame in zip(row, self.kept(start)):
                    for earlier in range(10):
                        value = get(form % (frame - earlier))
                        if value is not None:
                            place[:] = read(value, np.float32)
                            break
                    else:
                        place[:] = 0
        video = torch.from_numpy(out).unflatten(2, (WIDTH, 1, 1, 1))
        return {"video": video, "target": {"action": torch.zeros(len(indices), dtype=torch.int64)},
                "idx": torch.tensor(indices), "uid": torch.tensor(indices)}


def loader(data, workers):
    keep = dict(num_workers=workers, persistent_workers=workers > 0)
    if isinstance(data, Original):
        return torch.utils.data.DataLoader(data, BATCH, shuffle=True, **keep)
    order = torch.utils.data.BatchSampler(torch.utils.data.RandomSampler(data), BATCH, False)
    return torch.utils.data.DataLoader(data, batch_size=None, sampler=order, **keep)


def memory():
    """Bytes of this process and its children that are no pages of a file."""
    own = os.getpid()
    children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
    total = 0
    for process in [own, *children]:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith(("RssAnon:", "RssShmem:")):
                total += int(line.split()[1]) * 1024
    return total


def python_speed(data, workers, seconds):
    """Batches a second, after as long that was not counted, and the memory used."""
    batches, peak = loader(data, workers), 0
    for _ in range(2):
        count, began, passed = 0, time.monotonic(), 0.0
        while passed < seconds:
            for _ in batches:
                count, passed = count + 1, time.monotonic() - began
                if passed > seconds:
                    break
            peak = max(peak, memory())
    return count / passed, peak


def our_speed(args, case, megabytes, workers):
    name = f"{workers} workers"
    command = [args.bench, "--bench"] if args.bench else ["cargo", "bench", "--bench", "features", "--"]
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {"RUNNER_BENCH_STORES": str(args.stores), "CRITERION_HOME": home,
                            "RUNNER_BENCH_MB": str(megabytes)}
        said = subprocess.run(
            [*command, f"^{case}/{name}/{megabytes}MB$", "--warm-up-time", "2",
             "--measurement-time", str(args.seconds)],
            cwd=ROOT, env=env, check=True, capture_output=True, text=True).stderr
        place = Path(home) / case / name / f"{megabytes}MB/new/estimates.json"
        seconds = json.loads(place.read_text())["median"]["point_estimate"] / 1e9
    peak = max(int(line.split()[-4]) for line in said.splitlines() if "memory besides" in line)
    return 1 / seconds, peak * 1e6


def compare(args, reader, megabytes, case):
    """Rows of workers, reader, batches a second, memory."""
    results = {}
    for _ in range(args.rounds):
        for workers in (0, 2):
            ours = our_speed(args, case, megabytes, workers)
            results.setdefault((workers, "runner"), []).append(ours)
            store = args.stores / f"{megabytes}MB"
            with open(store / "segments.csv") as table:
                segments = [(video, float(start)) for video, start in csv.reader(table)]
            original = Original(reader([str(store)], case), case, segments)
            tuned = Tuned(original.reader.lmdb_envs[0], case, segments)
            same(store / f"{case}.f32", original, tuned)
            for name, data in (("original", original), ("tuned", tuned)):
                speed = python_speed(data, workers, args.seconds)
                results.setdefault((workers, name), []).append(speed)
            tuned.env.close()
    return results


def same(file, original, tuned):
    ours = np.fromfile(file, np.float32)
    first = torch.utils.data.default_collate([original[i] for i in range(BATCH)])["video"]
    for other in (first, tuned[list(range(BATCH))]["video"]):
        assert np.array_equal(ours, other.numpy().ravel()), "other frames were read"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--avt", type=Path, required=True, help="checkout of AVT")
    parser.add_argument("--stores", type=Path, default=Path("bench-stores"))
    parser.add_argument("--mb", default="10,100,1000", help="sizes of the stores")
    parser.add_argument("--bench", type=Path, help="the benchmark if it is built already")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each is measured")
    args = parser.parse_args()
    args.stores = args.stores.resolve()
    args.bench = args.bench and args.bench.resolve()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    reader = original_reader(args.avt.resolve())
    print("store, case, workers: batches/s (MB) of runner; of Python: the original, tuned; ratios")
    for megabytes in map(int, args.mb.split(",")):
        for case in CASES:
            results = compare(args, reader, megabytes, case)
            for workers in (0, 2):
                speeds, sizes = {}, {}
                for name in ("runner", "original", "tuned"):
                    columns = zip(*results[workers, name])
                    speeds[name], sizes[name] = map(statistics.median, columns)
                said = "; ".join(f"{speeds[n]:.0f} ({sizes[n] / 1e6:.0f})" for n in speeds)
                ratios = ", ".join(f"{speeds['runner'] / speeds[n]:.1f}" for n in list(speeds)[1:])
                print(f"{megabytes} MB, {case}, {workers}: {said}; {ratios}", flush=True)


if __name__ == "__main__":
    main()
