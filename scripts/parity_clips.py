#!/usr/bin/env python3
"""Writes tests/parity/fixtures/clips.json: the frames of a video that the original picks for a clip.

    scripts/parity_clips.py --avt PATH/TO/student/AVT-main

`BaseVideoDataset._sample` of the original runs on a reader that gives the frames whose time stamps
lie between `floor(start / time_base)` and `ceil(end / time_base)`, as torchvision's `read_video`
does, each as a picture that holds its number.
"""
import argparse
import json
import math
import sys
from fractions import Fraction
from pathlib import Path

import torch
import torchvision

from parity_student import ABSENT, Absent, load

OUT = Path(__file__).resolve().parent.parent / "tests/parity/fixtures/clips.json"
FRAMES = 100
# Frame rate, and the time base that ffmpeg gives an mp4 of it.
RATES = {"25": (Fraction(25), 12800), "30000/1001": (Fraction(30000, 1001), 30000),
         "60": (Fraction(60), 15360)}
OBSERVED = [(-1.0, 1.5), (0.51, 1.77), (1.0, 9.0), (-2.0, 0.0)]
CLIPS = [(4, None), (5, 4.0), (3, 12.0)]
STRATEGIES = ["random_clip", "center_clip", "last_clip", "first_clip"]


def reader(rate, ticks):
    fps, base = RATES[rate]
    stamps = [round(n / fps * base) for n in range(FRAMES)]

    def read(path, start, end, *_, **__):
        first, last = math.floor(start * base), math.ceil(end * base)
        numbers = [n for n, stamp in enumerate(stamps) if first <= stamp <= last]
        ticks.append(len(numbers))
        return torch.tensor(numbers).reshape(-1, 1, 1, 1), {}, {}

    return read


class Draws:
    """Draws two thirds of what it may."""

    def __init__(self):
        self.of = None

    def integers(self, below):
        self.of = below
        return below * 2 // 3


def rows(sample):
    for rate in RATES:
        for observed in OBSERVED:
            for frames, frame_rate in CLIPS:
                for strategy in STRATEGIES:
                    ticks, draws = [], Draws()
                    video, times, _, _, _ = sample(
                        "video", float(RATES[rate][0]), *observed, None, frames, frame_rate,
                        strategy, reader(rate, ticks), draws)
                    empty = ticks[-1] == 0
                    yield {
                        "rate": rate, "observed": observed, "frames": frames,
                        "frame_rate": frame_rate, "strategy": strategy, "below": draws.of,
                        "numbers": None if empty else video.flatten().tolist(),
                        "times": [round(t, 5) for t in times.tolist()],
                    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--avt", type=Path, required=True)
    avt = parser.parse_args().avt
    table = list(rows(original(avt)._sample))
    lines = ",\n".join(json.dumps(row) for row in table)
    OUT.write_text(f"[\n{lines}\n]\n")
    print(f"{OUT}: {len(table)} clips")


def original(avt):
    """The original's class; what else its file imports is not used."""
    absent = [name for name in ABSENT if not name.startswith("datasets")]
    for name in [*absent, "common", "common.utils", "hydra", "hydra.types"]:
        sys.modules[name] = Absent(name)
    torchvision.set_video_backend = lambda backend: None
    return load("base_video_dataset", avt / "datasets/base_video_dataset.py").BaseVideoDataset


if __name__ == "__main__":
    main()
