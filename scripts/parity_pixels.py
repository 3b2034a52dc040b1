#!/usr/bin/env python3
"""Writes tests/parity/fixtures/pixels.json: what torch, torchvision and Pillow make of a small clip.

    python scripts/parity_pixels.py        # torch 2.9.0, torchvision 0.24.0, pillow 13

The steps are those of AVT's common/transforms.py, each called with fixed factors.
"""

import json
from pathlib import Path

import torch
from torchvision.transforms import ToPILImage, ToTensor
from torchvision.transforms import functional as F

OUT = Path(__file__).resolve().parent.parent / "tests/parity/fixtures/pixels.json"
T, H, W = 2, 7, 9
SIDE, CROP = 10, 8


def stated(clip):
    return {"shape": list(clip.shape), "data": [float(f"{x:.7g}") for x in clip.flatten().tolist()]}


def resize(clip, size):
    return torch.nn.functional.interpolate(clip, size=size, mode="bilinear")


def jitter(clip, changes):
    stacked = clip.reshape(clip.size(0), -1, clip.size(-1))
    image = ToPILImage()(stacked)
    for name, by in changes:
        image = getattr(F, f"adjust_{name}")(image, by)
    return ToTensor()(image).view(clip.shape)


def crops(clip, side, number, flips):
    h, w = clip.size(-2), clip.size(-1)
    middle = (int(round((h - side) / 2.0)), int(round((w - side) / 2.0)))
    places = [middle] if number == 1 else [(0, 0), middle, (h - side, w - side)]
    views = [clip[..., i : i + side, j : j + side] for i, j in places]
    return views + [view.flip(-1) for view in views] if flips else views


def evaluation(clip, scale_pix_val, reverse_channels, number, flips):
    factor = SIDE / min(H, W)
    clip = resize(clip, (max(int(H * factor), SIDE), max(int(W * factor), SIDE))) * scale_pix_val
    if reverse_channels:
        clip = clip[[2, 1, 0]]
    mean, std = torch.tensor([0.4, 0.45, 0.5]), torch.tensor([0.25, 0.2, 0.3])
    clip = (clip - mean[:, None, None, None]) / std[:, None, None, None]
    return {
        "scale_pix_val": scale_pix_val,
        "reverse_channels": reverse_channels,
        "crops": number,
        "flips": flips,
        "views": [stated(view) for view in crops(clip, CROP, number, flips)],
    }


def main():
    torch.manual_seed(0)
    frames = torch.randint(0, 256, (T, H, W, 3), dtype=torch.uint8)
    frames[0, :2] = frames[0, :2, :, :1]  # greys: no hue
    clip = frames.float().permute(3, 0, 1, 2) / 255.0
    changes = [
        [],
        [("brightness", 0.7)],
        [("brightness", 1.4)],
        [("contrast", 0.6)],
        [("contrast", 1.5)],
        [("saturation", 0.2)],
        [("saturation", 1.8)],
        [("hue", 0.21)],
        [("hue", -0.4)],
        [("hue", 0.1), ("contrast", 1.2), ("brightness", 0.9), ("saturation", 1.1)],
    ]
    fixture = {
        "shape": [T, H, W],
        "frames": frames.flatten().tolist(),
        "resize": [
            {"to": list(to), "expected": stated(resize(clip, to))}
            for to in [(11, 14), (4, 5), (7, 16), (1, 1), (7, 9)]
        ],
        "jitter": [{"changes": c, "expected": stated(jitter(clip * 0.997, c))} for c in changes],
        "eval": [
            evaluation(clip, 1.0, False, 1, False),
            evaluation(clip, 255.0, True, 3, True),
        ],
    }
    OUT.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
