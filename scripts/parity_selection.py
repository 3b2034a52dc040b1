#!/usr/bin/env python3
"""Writes tests/parity/fixtures/selection.json: which segment the original gives for a sample.

    scripts/parity_selection.py --avt PATH/TO/AVT

`_repeat_process_idx` and `_class_balance_data_idx` of `BaseVideoDataset` run with given draws: each
is a share of what may be drawn, so that the same share can be drawn elsewhere. The second stops in
the original, which keeps counts by label type; here it has those of the one type.
"""
import json
import logging

import pandas as pd

import parity_common as common
from parity_clips import original

SHARES = [0.0, 0.37, 0.8, 0.999]
REPEATS = [(5, 1.0), (5, 2.0), (5, 1.5), (7, 3.25), (9, 1 / 3), (10, 0.5), (11, 0.4), (12, 0.75)]
# Segments of each class, -1 first where there are any.
BALANCED = [[4, 4], [8, 1, 3], [1, 5, 2, 2], [1, 1, 1], [2, 7], [30, 1, 4, 9, 2]]


class Draws:
    """Draws the given share of what it may."""

    def __init__(self, share):
        self.share = share

    def integers(self, low, high=None):
        low, high = (0, low) if high is None else (low, high)
        return low + int(self.share * (high - low))


def repeated(of):
    for segments, repeat in REPEATS:
        data = object.__new__(of)
        data.df, data.repeat_data_times = pd.DataFrame(index=range(segments)), repeat
        for share in SHARES if repeat < 1 else SHARES[:1]:
            data.rng = Draws(share)
            yield {"segments": segments, "repeat": repeat, "share": share,
                   "positions": [data._repeat_process_idx(idx) for idx in range(len(data))]}


def balanced(of):
    for counts in BALANCED:
        data = object.__new__(of)
        data.df, data.repeat_data_times = pd.DataFrame(index=range(sum(counts))), 1.0
        data.class_balanced_sampling = True
        data.classes_counts = {-1: 0} | dict(enumerate(counts))
        for share in SHARES:
            data.rng = Draws(share)
            yield {"counts": counts, "share": share, "positions": [
                int(data._class_balance_data_idx(idx)) for idx in range(len(data))]}


def main():
    args = common.begin(__doc__)
    logging.disable(logging.CRITICAL)
    of = original(args.avt)
    tables = {"repeated": list(repeated(of)), "balanced": list(balanced(of))}
    lines = [f'"{key}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]"
             for key, rows in tables.items()]
    path = args.out / "selection.json"
    path.write_text("{" + ",\n".join(lines) + "}\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
