#!/usr/bin/env python3
"""Backbones: outputs, running statistics and gradients of the original's own classes, and the names
and shapes of the published networks.

`tests/parity/backbones.rs` compares with what this writes into `tests/parity/fixtures`. Small
networks come from the original's source with its numbers of channels divided; weights and inputs
are drawn by `draw`, on both sides, so that the files hold what the original computed only. Biases are large: the
gradient of a scale would vanish in the next normalisation, and rounding be left.

    pip install torch torchvision timm pretrainedmodels munch safetensors
    python scripts/parity_backbones.py --avt path/to/student/AVT-main --vmz path/to/VMZ/pt
"""

import functools
import hashlib
import importlib
import inspect
import json
import re
import sys
import textwrap
import types
from unittest import mock

import numpy as np
import torch
import torchvision.models.video.resnet as torchvision_resnet
from torch import nn

import parity_common as common

# Its package has a function of the same name.
inception = importlib.import_module("pretrainedmodels.models.bninception")

# Of each small network: shape of the input, blocks of the four layers, modules dropped off the end,
# and what numbers of channels are divided by.
SMALL = {
    "r3d": ((2, 3, 8, 32, 32), [1, 1, 1, 1], 2, 32),
    "r2plus1d": ((2, 3, 8, 32, 32), [1, 2, 1, 1], 3, 16),
    "r2plus1d_34": ((2, 3, 8, 32, 32), [1, 2, 1, 1], 3, 16),
    "r2plus1d_152": ((2, 3, 8, 32, 32), [1, 2, 1, 1], 3, 16),
    "vmz_r2plus1d_34_pool": ((2, 3, 8, 32, 32), [1, 1, 1, 1], 4, 16),
    "ir_csn": ((2, 3, 8, 64, 64), [1, 2, 1, 1], 3, 16),
    "ip_csn": ((2, 3, 8, 64, 64), [1, 2, 1, 1], 3, 16),
    "bn_inception": ((4, 3, 4, 70, 70), None, 0, 16),
}
SAMPLE = 128


def draw(name, shape):
    """Uniform numbers of standard deviation 1: a hash of the name and each position."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = (seed ^ byte) * 0x01000193 % 2**32
    seed = np.uint64(seed)
    with np.errstate(over="ignore"):
        mixed = (np.arange(np.prod(shape), dtype=np.uint64) << np.uint64(32)) | seed
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    share = (mixed >> np.uint64(40)).astype(np.float64) / 2**24
    values = (np.float32((share - 0.5) * np.sqrt(12.0))).astype(np.float64)
    return torch.from_numpy(values.reshape(shape))


def divided(numbers, divisor, source):
    """Source text with each of the numbers divided."""
    pattern = r"(?<![\w.])(%s)(?!\w)" % "|".join(map(str, numbers))
    return re.sub(pattern, lambda m: str(int(m[0]) // divisor), source)


def small_class(cls, namespace, numbers, divisor):
    """A class of the original with other numbers of channels in its constructor."""
    source = textwrap.dedent(inspect.getsource(cls))
    scope = dict(vars(namespace))
    exec(divided(numbers, divisor, source), scope)  # noqa: S102
    return scope[cls.__name__]


def old_video_resnet(arch, pretrained, progress, **kwargs):
    """torchvision's function as AVT calls it."""
    del arch, pretrained, progress
    return torchvision_resnet.VideoResNet(**kwargs)


def import_video_classification():
    with mock.patch.object(torchvision_resnet, "_video_resnet", old_video_resnet):
        return importlib.import_module("models.video_classification")


def import_original(avt, vmz):
    sys.path[:0] = [str(avt), str(vmz)]
    for package in ("func", "models"):  # without their __init__, which imports everything
        sys.modules[package] = types.ModuleType(package)
        sys.modules[package].__path__ = [str(avt / package)]
    for name in ("hydra", "omegaconf"):
        sys.modules.setdefault(name, mock.MagicMock())
    from models import base_model
    video_classification = import_video_classification()
    for package in ("vmz", "vmz.models"):  # the same
        sys.modules[package] = types.ModuleType(package)
        sys.modules[package].__path__ = [str(vmz / package.replace(".", "/"))]
    from vmz.models import r2plus1d, utils
    video_classification.bninception = functools.partial(inception.bninception, pretrained=None)
    return types.SimpleNamespace(base=base_model.BaseModel, video=video_classification,
                                 vmz=r2plus1d, vmz_utils=utils, resnet=torchvision_resnet)


def trunk(model, dropped):
    """What `BaseModel` keeps of a backbone."""
    if dropped == 0:
        return model
    kept = nn.Sequential()
    for name, child in list(model.named_children())[:-dropped]:
        kept.add_module(name, child)
    return kept


def full_size(o):
    video, resnet = o.video, o.resnet
    return {
        "r3d_18": lambda: resnet.r3d_18(num_classes=1),
        "r2plus1d_18": lambda: resnet.r2plus1d_18(num_classes=1),
        "r2plus1d_34": lambda: video.r2plus1d_34(num_classes=1),
        "vmz_r2plus1d_34": lambda: o.vmz.r2plus1d_34(num_classes=1),
        "vmz_r2plus1d_34_pool": lambda: o.vmz.r2plus1d_34(num_classes=1, use_pool1=True),
        "r2plus1d_152": lambda: video.r2plus1d_152(num_classes=1),
        "ir_csn_152": lambda: video.ir_csn_152(num_classes=1),
        "ip_csn_152": lambda: video.ip_csn_152(num_classes=1),
        "ip_csn_50": lambda: video.ip_csn_50(num_classes=1),
        "bn_inception": lambda: video.BNInceptionVideo(num_classes=1),
    }


def describe(name, build):
    with torch.device("meta"):
        model = trunk(build(), 0 if name == "bn_inception" else 2)
    lines = sorted(f"{key} {list(value.shape)}" for key, value in model.state_dict().items())
    return {"parameters": sum(p.numel() for p in model.parameters()), "arrays": len(lines),
            "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest()}


def small(o, name):
    """A small network of the original's source."""
    _, layers, dropped, divisor = SMALL[name]
    if name == "bn_inception":
        numbers = sorted({int(n) for n in re.findall(r"\d+", inspect.getsource(
            inception.BNInception.__init__)) if int(n) >= 32})
        cls = small_class(inception.BNInception, inception, numbers, divisor)
        with mock.patch.object(o.video, "bninception", lambda num_classes: cls(1)):
            return o.video.BNInceptionVideo(num_classes=1)
    widths = functools.partial(small_class, numbers=[45, 64, 128, 256, 512], divisor=divisor)
    net = widths(o.resnet.VideoResNet, o.resnet)
    stem, block, conv = {
        "r3d": (o.resnet.BasicStem, o.resnet.BasicBlock, o.resnet.Conv3DSimple),
        "r2plus1d": (o.resnet.R2Plus1dStem, o.resnet.BasicBlock, o.resnet.Conv2Plus1D),
        "r2plus1d_34": (o.resnet.R2Plus1dStem, o.resnet.BasicBlock, o.video.Conv2Plus1D),
        "r2plus1d_152": (o.resnet.R2Plus1dStem, o.resnet.Bottleneck, o.video.Conv2Plus1D),
        "vmz_r2plus1d_34_pool": (o.vmz_utils.R2Plus1dStem_Pool, o.resnet.BasicBlock,
                                 o.vmz_utils.Conv2Plus1D),
        "ir_csn": (o.video.BasicStem_Pool, o.resnet.Bottleneck, o.video.Conv3DDepthwise),
        "ip_csn": (o.video.BasicStem_Pool, o.resnet.Bottleneck, o.video.IPConv3DDepthwise),
    }[name]
    stem = widths(stem, sys.modules[stem.__module__])
    return trunk(net(block, [conv] * 4, layers, stem, num_classes=1), dropped)


def fill(model):
    with torch.no_grad():
        for name, value in model.named_parameters():
            drawn = draw(name, value.shape)
            if value.ndim == 1:  # far from a mere scale, of which the next normalisation is free
                drawn = drawn * 0.2 + 1.0 if name.endswith("weight") else drawn + 0.5
            # To single precision, as the other side has them.
            value.copy_(drawn.float().double())


def sampled(value):
    """Numbers in even distance, to keep files small."""
    return value.flatten()[::-(-value.numel() // SAMPLE)].clone()


def case(o, name):
    shape, layers, dropped, divisor = SMALL[name]
    model = small(o, name).double()
    o.base._set_bn_params(model, 1e-3, 0.1)
    fill(model)
    video = draw("video", shape).requires_grad_()
    output = model.train()(video)
    (output * draw("cotangent", output.shape)).sum().backward()
    tensors = {"output": output, "video_grad": video.grad.mean((0, 2))}
    tensors |= {f"grad/{key}": sampled(value.grad) for key, value in model.named_parameters()}
    tensors |= {f"kept/{key}": value for key, value in model.named_buffers()}
    with torch.no_grad():
        tensors["evaluated"] = model.eval()(video)
    return tensors, {"video": shape, "layers": layers, "dropped": dropped,
                     "divisor": divisor}


def main():
    args = common.begin(__doc__, vmz="folder pt of a checkout of VMZ")
    original = import_original(args.avt, args.vmz)
    names = {name: describe(name, build) for name, build in full_size(original).items()}
    (args.out / "backbones.json").write_text(json.dumps(names, indent=1) + "\n")
    for name in SMALL:
        common.write(args.out / f"backbone_{name}.safetensors", *case(original, name))


if __name__ == "__main__":
    main()
