#!/usr/bin/env python3
"""Splits the videos of a training list in two, to choose settings on what validation does not see.

    scripts/held_out_videos.py RULSTM/data/ek55/training.csv --out held_out/ek55

writes `learn.csv` and `held_out.csv`, a video a line: 85% and 15% of the videos, drawn. A recipe then
learns from the ones and is examined on the others:

    dataset_train.only_keep_videos=held_out/ek55/learn.csv
    dataset_eval.only_keep_videos=held_out/ek55/held_out.csv
    dataset_eval.annotation_path='${dataset_train.annotation_path}'

`--gaps SHARE` also writes `gaps.csv`, the rows of the held-out videos without this share of them, drawn:
what they are examined on where histories have gaps (dataset_eval.annotation_path=[.../gaps.csv]).
"""
import argparse
import csv
import random
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("segments", type=Path, help="RULSTM's training*.csv: uid, video, ...")
    parser.add_argument("--share", type=float, default=0.15, help="of the videos that are held out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gaps", type=float, help="share of the held-out segments that is left out")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    lines = args.segments.read_text().splitlines()
    video_of = [row[1].strip() for row in csv.reader(lines)]
    videos = sorted(set(video_of))
    drawn = random.Random(args.seed)
    drawn.shuffle(videos)
    held = max(1, round(args.share * len(videos)))
    args.out.mkdir(parents=True, exist_ok=True)
    for name, part in [("held_out", videos[:held]), ("learn", videos[held:])]:
        (args.out / f"{name}.csv").write_text("".join(f"{video}\n" for video in sorted(part)))
        print(f"{name}: {len(part)} videos")
    if args.gaps is not None:
        kept = [line for line, video in zip(lines, video_of)
                if video in videos[:held] and drawn.random() >= args.gaps]
        (args.out / "gaps.csv").write_text("".join(f"{line}\n" for line in kept))
        print(f"gaps: {len(kept)} segments")


if __name__ == "__main__":
    main()
