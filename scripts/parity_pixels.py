#!/usr/bin/env python3
"""Writes tests/parity/fixtures/pixels.json: what the original's transforms make of a small clip.

    scripts/parity_pixels.py --avt PATH/TO/AVT        # torch 2.9.0, torchvision 0.24.0, pillow 13

`chains` are those of `func/train.py` put together from the classes of AVT's common/transforms.py, in
which every draw is given. `jitter` and `resize` are single steps of torchvision and torch.
"""

import importlib.util
import json
import math
from unittest import mock

import torch
import torchvision
from torchvision.transforms import Compose, Lambda, ToPILImage, ToTensor
from torchvision.transforms import functional as F

import parity_common as common

T, H, W = 2, 7, 9
MEAN, STD = (0.4, 0.45, 0.5), (0.25, 0.2, 0.3)
JITTERS = ["brightness", "contrast", "saturation", "hue"]
# What each chain changes. `sides` are what is drawn for ranges, else the sides themselves.
PLAIN = dict(train=False, scale_h=10, scale_w=-1, crop_size=8, scale_pix_val=1.0,
             reverse_channels=False, crops=1, flips=False, sides=[10], mirrored=False, changes=[],
             place=[0, 0], jitter=0.5)
CHAINS = {
    "one crop": {},
    "one crop, mirrored": dict(flips=True),
    "three crops": dict(crops=3),
    "three crops, mirrored": dict(crops=3, flips=True, scale_pix_val=255.0, reverse_channels=True),
    "odd margins": dict(scale_h=13, scale_w=15, sides=[13, 15], crops=3),
    "evaluation without a crop": dict(crop_size=None, reverse_channels=True),
    "evaluation from a range": dict(scale_h="9-14", sides=[11]),
    "the crop is all": dict(scale_h=8, scale_w=8, sides=[8, 8], crops=3, flips=True),
    "training": dict(train=True, scale_h="10-14", sides=[12], place=[1, 3]),
    "training, mirrored": dict(train=True, scale_h="10-14", sides=[13], mirrored=True,
                               place=[2, 1]),
    "training, two ranges": dict(train=True, scale_h="9-12", scale_w="10-16", sides=[11, 13],
                                 place=[0, 5], mirrored=True),
    "training, no crop": dict(train=True, crop_size=None, scale_h=11, scale_w=6, sides=[11, 6],
                              mirrored=True, scale_pix_val=255.0),
    "brightness": dict(train=True, changes=[["brightness", 1.3]], place=[2, 4]),
    "contrast": dict(train=True, changes=[["contrast", 0.6]], place=[1, 2], mirrored=True),
    "saturation": dict(train=True, changes=[["saturation", 1.7]], reverse_channels=True),
    "hue": dict(train=True, changes=[["hue", -0.3]], mirrored=True, scale_pix_val=255.0),
    "all colours": dict(train=True, scale_h="10-14", sides=[13], mirrored=True, place=[3, 5],
                        changes=[["hue", 0.1], ["contrast", 1.2], ["brightness", 0.9],
                                 ["saturation", 1.1]], reverse_channels=True, scale_pix_val=255.0),
    "all colours, other order": dict(train=True, changes=[["saturation", 0.5], ["brightness", 1.4],
                                                          ["hue", 0.45], ["contrast", 0.7]]),
}


def stated(clip):
    def number(x):
        return None if math.isnan(x) else float(f"{x:.7g}")

    return {"shape": list(clip.shape), "data": [number(x) for x in clip.flatten().tolist()]}


def jitter(clip, changes):
    stacked = clip.reshape(clip.size(0), -1, clip.size(-1))
    image = ToPILImage()(stacked)
    for name, by in changes:
        image = getattr(F, f"adjust_{name}")(image, by)
    return ToTensor()(image).view(clip.shape)


def sizes(case):
    """`_get_resize_shape` of func/train.py."""
    return case["scale_h"] if case["scale_w"] == -1 else (case["scale_h"], case["scale_w"])


def chain(transforms, case):
    """The steps of func/train.py's `main`, in its order."""
    colours = [Lambda(lambda x: x * case["scale_pix_val"]),
               Lambda(lambda x: x[[2, 1, 0], ...]) if case["reverse_channels"] else Compose([]),
               transforms.NormalizeVideo(mean=MEAN, std=STD)]
    steps = [transforms.ToTensorVideo(), transforms.Resize(sizes(case))]
    crop = case["crop_size"]
    if case["train"]:
        by = case["jitter"]
        colours_of = transforms.ColorJitterVideo(brightness=by, contrast=by, saturation=by, hue=by / 4)
        steps += [transforms.RandomHorizontalFlipVideo(0.5), colours_of]
        steps += colours + ([transforms.RandomCropVideo((crop, crop))] if crop else [])
    else:
        multi = crop and transforms.MultiCropVideo((crop, crop), case["crops"], case["flips"])
        steps += colours + ([multi] if crop else [])
    return Compose(steps)


def views(transforms, frames, case):
    ranges = [s for s in (case["scale_h"], case["scale_w"]) if isinstance(s, str)]
    drawn = iter(case["sides"] if ranges else [])
    factors = dict(case["changes"])
    order = torch.tensor([JITTERS.index(name) for name, _ in case["changes"]], dtype=torch.long)
    params = (order, *(factors.get(name) for name in JITTERS))
    corner = (*case["place"], case["crop_size"], case["crop_size"])
    with (mock.patch.object(transforms.random, "randint", lambda low, high: next(drawn)),
          mock.patch.object(transforms.random, "random", lambda: 0.0 if case["mirrored"] else 0.9),
          mock.patch.object(torchvision.transforms.ColorJitter, "get_params", lambda *_: params),
          mock.patch.object(torchvision.transforms.RandomCrop, "get_params", lambda *_: corner)):
        result = chain(transforms, case)(frames)
    assert next(drawn, None) is None, "a draw is left"
    if case["train"]:
        with mock.patch.object(transforms.random, "randint", lambda *_: next(again)):
            again = iter(case["sides"])
            scaled = transforms.Resize(sizes(case))(transforms.ToTensorVideo()(frames))
        result[edges(frames, case, scaled.shape[-2:])] = math.nan
    return list(result) if result.ndim == 5 else [result]


def edges(frames, case, size):
    """Where a training clip's scaled colours are on the edge between two bytes, as a mask of its view."""
    clip = frames.double().permute(3, 0, 1, 2)
    scaled = torch.nn.functional.interpolate(clip, size=size, mode="bilinear")
    near = (scaled - scaled.round()).abs() < 1e-4
    mask = near.any(0, keepdim=True).expand(3, -1, -1, -1) if case["changes"] else near
    mask = mask.flip(-1) if case["mirrored"] else mask
    (top, left), side = case["place"], case["crop_size"]
    return mask if side is None else mask[..., top:top + side, left:left + side]


def ranges(strengths):
    of = torchvision.transforms.ColorJitter(**dict(zip(JITTERS, strengths)))
    return {name: {"by": by, "range": getattr(of, name)} for name, by in zip(JITTERS, strengths)}


def main():
    args = common.begin(__doc__)
    spec = importlib.util.spec_from_file_location("transforms", args.avt / "common/transforms.py")
    transforms = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(transforms)
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
    chains = []
    for name, change in CHAINS.items():
        case = PLAIN | change
        drawn = {key: case.pop(key) for key in ("mirrored", "changes", "place")}
        sides = case["sides"] if len(case["sides"]) > 1 else case["sides"] * 2
        made = [stated(view) for view in views(transforms, frames, case | drawn)]
        del case["sides"], case["jitter"]
        chains.append({"name": name, **case, "drawn": drawn | {"sides": sides}, "views": made})
    fixture = {
        "shape": [T, H, W],
        "frames": frames.flatten().tolist(),
        "resize": [
            {"to": list(to), "expected": stated(transforms.resize(clip, to, "bilinear"))}
            for to in [(11, 14), (4, 5), (7, 16), (1, 1), (7, 9)]
        ],
        "jitter": [{"changes": c, "expected": stated(jitter(clip * 0.997, c))} for c in changes],
        "chains": chains,
        "ranges": [ranges((0.3, 0.4, 0.2, 0.1)), ranges((1.5, 2.0, 1.0, 0.5)),
                   ranges((0.0, 0.0, 0.7, 0.0))],
    }
    path = args.out / "pixels.json"
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
