#!/usr/bin/env python3
"""Times the original's transforms on the clip of `cargo bench --bench pixels`, on one thread.

    scripts/bench_pixels.py --avt PATH/TO/AVT

Prints the median of the milliseconds a clip takes in each of func/train.py's chains, put together
from the classes of common/transforms.py by `scripts/parity_pixels.py`.
"""
import argparse
import importlib.util
import statistics
import time
from pathlib import Path

import torch

from parity_pixels import PLAIN, chain

FRAMES, HEIGHT, WIDTH, ROUNDS = 10, 256, 456, 20
AVT = PLAIN | dict(crop_size=224)
CHAINS = {
    "train": AVT | dict(train=True, scale_h="248-280", jitter=0.0),
    "train_colours": AVT | dict(train=True, scale_h="248-280", jitter=0.4),
    "eval_1_crop": AVT | dict(scale_h=248),
    "eval_3_crops_flipped": AVT | dict(scale_h=248, crops=3, flips=True),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--avt", type=Path, required=True, help="checkout of AVT")
    path = parser.parse_args().avt / "common/transforms.py"
    spec = importlib.util.spec_from_file_location("transforms", path)
    transforms = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(transforms)
    torch.set_num_threads(1)
    size = FRAMES * HEIGHT * WIDTH * 3
    numbers = torch.arange(size, dtype=torch.int64) * 48271 % 65521
    clip = numbers.to(torch.uint8).reshape(FRAMES, HEIGHT, WIDTH, 3)
    for name, case in CHAINS.items():
        steps, times = chain(transforms, case), []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            steps(clip).contiguous()
            times.append(1000 * (time.perf_counter() - start))
        print(f"{name}: {statistics.median(times):.1f} ms")


if __name__ == "__main__":
    main()
