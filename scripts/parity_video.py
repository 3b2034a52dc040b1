#!/usr/bin/env python3
"""Writes tests/parity/fixtures/video.json: frames that the original picks out of real files.

    scripts/parity_video.py --avt PATH/TO/student/AVT-main      (pip install av opencv-python-headless)

Each file is made by ffmpeg from commands that are written down as well; a frame's number is in it as
bars, one for each binary digit. `BaseVideoDataset._sample` of the original picks the clip,
`cv2.CAP_PROP_FPS` gives the rate and `torchvision.io.read_video` reads. The backend `video_reader`
that the original sets is not in torchvision's packages; the other one, PyAV, differs in one thing:
it adds the frame before the stretch when none lies at its start. That one is taken away again, and
where it loses frames of the stretch (B frames before the key frame that it seeks) they are added: a
file is also decoded as a whole.
"""
import json
import math
import subprocess
import tempfile
import warnings
from pathlib import Path

import av
import cv2
import numpy as np
import torch
import torchvision

from parity_clips import STRATEGIES, Draws, original
from parity_common import begin

BARS = "geq=lum='if(mod(floor(N/pow(2,floor(X*8/W))),2),235,16)':cb=128:cr=128"
FRAMES = 90
H264 = ["-c:v", "libx264", "-crf", "20"]
MPEG4 = ["-c:v", "mpeg4", "-q:v", "3"]
SOUND = ["-f", "lavfi", "-i", "sine=duration=2.5"]


def make(out, *more, rate="30", size="64x48", filters="", frames=FRAMES, before=()):
    source = f"color=c=black:s={size}:r={rate},format=yuv420p,{BARS}{filters}"
    return [*before, "-f", "lavfi", "-i", source, "-frames:v", str(frames), *more, out]


def drop(which):
    return f",select='{which}'"


OPEN = ["-x264-params", "open-gop=1:keyint=24:bframes=3:scenecut=0"]
VFR = ["-vsync", "vfr"]
UNEVEN = drop("not(eq(mod(n,7),3)+between(n,40,46))")
FILES = [
    *([make(f"{rate.replace('/', '_')}.mp4", *H264, "-g", "30", rate=rate)]
      for rate in ["24", "25", "30000/1001", "30", "50", "60"]),
    [make("long.mp4", *H264, "-bf", "3", "-g", "250")],
    [make("open.mp4", *H264, *OPEN)],
    [make("open.mkv", *H264, *OPEN)],
    [make("stream.ts", *H264, "-bf", "2", "-g", "15")],
    [make("late.mkv", *H264, "-bf", "2", "-output_ts_offset", "3.2")],
    [make("late.mp4", *H264, "-bf", "2", "-output_ts_offset", "1.5")],
    [make("all.mp4", *H264, "-bf", "2", "-g", "25"),
     ["-ss", "0.97", "-i", "all.mp4", "-c", "copy", "edited.mp4"]],
    [make("dropped.mp4", *H264, *VFR, filters=UNEVEN)],
    [make("dropped.mkv", *H264, *VFR, filters=UNEVEN)],
    [make("slower.mkv", *H264, *VFR, filters=",setpts='if(lt(N,30),N/30,1+(N-30)/15)/TB'")],
    [make("xvid.avi", *MPEG4, "-vtag", "xvid", "-g", "12")],
    [make("b.avi", *MPEG4, "-vtag", "xvid", "-g", "12", "-bf", "2", rate="15")],
    [make("odd.avi", *MPEG4, size="85x63", rate="25")],
    [make("upright.mp4", *H264),
     ["-i", "upright.mp4", "-c", "copy", "-metadata:s:v", "rotate=90", "turned.mp4"]],
    [make("sound.mp4", *H264, "-c:a", "aac", "-map", "1:v", "-map", "0:a", before=SOUND)],
    [make("one.mp4", *H264, frames=1)],
]
RATES = [None, 1.0, 4.0, 7.0, 12.5, 24.0, 30000 / 1001]
OBSERVED = [(0.4, 2.1), (-1.0, 1.23), (1.6, 9.0), (2.0, 2.0), (0.71, 1.71)]


def run(folder, commands):
    for command in commands:
        subprocess.run(["ffmpeg", "-v", "error", "-y", *command], cwd=folder, check=True)
    return folder / commands[-1][-1]


def numbers(pictures):
    """The numbers of pictures (T, H, W, 3), from the middle of their bars."""
    pictures = np.asarray(pictures)
    width = pictures.shape[2]
    middle = [int((bar + 0.5) * width / 8) for bar in range(8)]
    bits = pictures[:, :, middle].mean(axis=(1, 3)) > 128
    return (bits << np.arange(8)).sum(axis=1).tolist()


def reader(path):
    """`DefaultReader` of the original, how many frames it found, and how often PyAV lost some."""
    with av.open(str(path)) as file:
        base = file.streams.video[0].time_base
        frames = {frame.pts: frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)}
    stamps = {numbers(picture[None])[0]: stamp for stamp, picture in frames.items()}
    found, lost = [], []

    def read(video_path, start, end, *_, **__):
        pictures, sound, info = torchvision.io.read_video(video_path, start, end, pts_unit="sec")
        first, last = math.floor(start * (1 / base)), math.ceil(end * (1 / base))
        added = len(pictures) > 0 and stamps[numbers(pictures[:1])[0]] < first
        pictures = pictures[1:] if added else pictures
        within = [frames[stamp] for stamp in sorted(frames) if first <= stamp <= last]
        if len(pictures) < len(within):
            lost.append(len(within) - len(pictures))
            pictures = torch.as_tensor(np.stack(within))
        found.append(len(pictures))
        assert len(pictures) == len(within)
        return pictures, sound, info

    return read, found, lost


def settings(name):
    """Frame rate, strategy and observation: all of them together for plain files, else some."""
    every = [(rate, strategy) for rate in RATES for strategy in STRATEGIES]
    if not name[0].isdigit():
        every = every[::3]
    for i, (rate, strategy) in enumerate(every):
        yield rate, strategy, OBSERVED[i % len(OBSERVED)]


def rows(sample, path):
    capture = cv2.VideoCapture(str(path))
    fps, count = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
    read, found, lost = reader(path)
    for rate, strategy, observed in settings(path.name):
        draws = Draws()
        video, times, _, _, _ = sample(path, fps, *observed, None, 4, rate, strategy, read, draws)
        yield {
            "file": path.name, "fps": fps, "seconds": count / fps, "observed": observed,
            "frames": 4, "frame_rate": rate, "strategy": strategy, "below": draws.of,
            "numbers": numbers(video) if found[-1] else None,
            "times": [round(t, 5) for t in times.tolist()],
        }
    if lost:
        print(f"{path.name}: read_video lost frames of {len(lost)} clips")


def main():
    args = begin(__doc__)
    warnings.filterwarnings("ignore", message=".*video decoding.*")
    sample = original(args.avt)._sample
    with tempfile.TemporaryDirectory() as folder:
        table = [row for commands in FILES for row in rows(sample, run(Path(folder), commands))]
    lines = [",\n".join(json.dumps(line) for line in part) for part in (FILES, table)]
    out = args.out / "video.json"
    out.write_text('{"files": [\n%s\n], "rows": [\n%s\n]}\n' % tuple(lines))
    print(f"{out}: {len(table)} clips of {len(FILES)} files")


if __name__ == "__main__":
    main()
