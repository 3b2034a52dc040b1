#!/usr/bin/env python3
"""Writes tests/parity/fixtures/training*.safetensors: twenty steps of the original's own training.

    scripts/parity_training.py --avt PATH/TO/student/AVT-main

Runs `func/train.py::train_one_epoch` of the distillation fork over fixed batches: its `BaseModel`
with AVT-h over features, its `Basic` operation with every distillation term, its groups, its
schedules, the optimizers of torch and transformers, clipping and warm-up on. Every case starts from
the same spread weights and sees the same batches, in double precision; what is written are the loss,
its terms, the rates of all groups, the norm of the gradient before clipping, and the last weights.

The same in single precision must agree within half of what the test allows, or the case is badly
conditioned and the script fails.
"""
import copy
import datetime
import logging
import sys
import types
import warnings
from collections import defaultdict
from unittest import mock

import torch

import parity_common as common
import parity_schedule
import parity_student
from parity_schedule import ADAM, ADAMW, FACTOR, PLAIN, SGD, cosine, plateau, steps

EPOCHS, BATCHES = 4, 5
ALLOWED = 1e-5
WEIGHTS = parity_student.WEIGHTS
MODEL = dict(clips=4, mapper=True, past=True, labels=["action"], train=True,
             avth=dict(return_past_too=True, feat=True))
NESTEROV = SGD | {"nesterov": True}
PARTS = [["future_predictor", 0.004, 0.01], [["mapper_to_inter", "classifiers"], 0.01, 0.02]]
SMALL = [["future_predictor", 0.005, 0.01], [["mapper_to_inter", "classifiers"], 0.01, 0.02]]
FROZEN = [["future_predictor.encoder", 0.0, 0.0], ["__all__", 0.01, 0.05]]
STALLS = [5.0, 5.2, 4.0, 4.0]
# The gradient of the keys' bias is zero but for rounding. Adafactor divides by its size, and clips
# all of `c_attn.bias` by what comes of it, unless something is added first.
EPS = {"eps": [1e-7, 1e-3]}

# optimizer, lr_wd, schedule, epochs of warm-up, largest norm, accuracies per epoch
CASES = {
    "sgd_cosine": (NESTEROV, PARTS, cosine(3), 1, 25.0, None),
    "sgd_plateau": (NESTEROV, PARTS, plateau(patience=0, cooldown=0), 0, 15.0, STALLS),
    "adam_cosine": (ADAM, SMALL, cosine(2), 1, 25.0, None),
    "adam_multi_step": (ADAM | {"amsgrad": True}, SMALL, steps([2, 3], 1), 0, 25.0, None),
    "adamw_multi_step": (ADAMW, FROZEN, steps([2], 1, factor=0.1), 1, 25.0, None),
    "adamw_plateau": (ADAMW, SMALL, plateau(patience=0, cooldown=0), 0, 25.0, STALLS),
    "adafactor_cosine": (FACTOR | EPS, SMALL, cosine(3), 1, 25.0, None),
    "adafactor_multi_step": (PLAIN | EPS | {"beta1": 0.9}, SMALL, steps([2, 3], 1), 0, 25.0,
                             None),
}
BIAS_SCALE = 0.5


class Batches(list):
    """Stands for the data loader."""

    batch_size = 3


class Meters:
    """Stands for the metric logger: keeps the total of every step."""

    writer = None

    def __init__(self):
        self.losses, self.meters = [], defaultdict(mock.Mock)

    def log_every(self, loader, _frequency, _header):
        return iter(loader)

    def update(self, loss, **_others):
        self.losses.append(loss)


def train_module():
    """The original's `func/train.py`; what it imports and this does not use is replaced."""
    for name in ("psutil", "datasets.data", "torch.utils.tensorboard", "common.log", "common.transforms",
                 "torchvision.datasets.video_utils", "torchvision.datasets.samplers"):
        if name not in sys.modules:
            sys.modules[name] = parity_student.Absent(name)
    from func import train
    return train


def watch(op, optimizer):
    """An operation and a clipping that write down what every step is made of, and the record."""
    record = {"terms": [], "lrs": [], "grad_norms": []}
    clip_grad_norm = torch.nn.utils.clip_grad_norm_

    def watched(data, train_mode):
        outcome = op(data, train_mode)
        record["terms"].append({key: value.mean().item() for key, value in outcome[2].items()})
        return outcome

    def clip(*args, **kwargs):
        norm = clip_grad_norm(*args, **kwargs)
        record["grad_norms"].append(norm.item())
        return norm

    watched.model = op.model
    optimizer.register_step_pre_hook(
        lambda *_: record["lrs"].append(parity_schedule.rates_of(optimizer)))
    return watched, clip, record


def recorded(train, model, dtype, avt, batches, case):
    """One case in one precision."""
    optimizer, lr_wd, main, warmup, max_norm, metrics = case
    model = copy.deepcopy(model).to(dtype)
    op = operation(model)
    cfg = {"opt": {"lr_wd": lr_wd, "bias_bn_wd_scale": BIAS_SCALE, "optimizer": optimizer,
                   "classifier_only": False, "scale_lr_by_bs": False}, "train": {"batch_size": 3}}
    optimizer = parity_schedule.original_optimizer(avt, model, cfg, 1)
    schedule = parity_schedule.make_schedule(
        train.scheduler, main, warmup, 0.0, optimizer, BATCHES, 1)
    meters = Meters()
    watched, clip, record = watch(op, optimizer)
    with mock.patch("torch.nn.utils.clip_grad_norm_", clip):
        for epoch in range(EPOCHS):
            loader = Batches(cast(batch, dtype) for batch in batches)
            train.train_one_epoch(
                watched, optimizer, schedule, loader, epoch, 0, meters, logging.getLogger("avt"),
                now(), print_freq=1, print_large_freq=1, save_freq=None, save_freq_min=None,
                grad_clip_params={"max_norm": max_norm, "norm_type": 2},
                loss_wts=types.SimpleNamespace(**WEIGHTS), save_intermediates=False)
            if metrics is not None:
                schedule.step(metrics[epoch])
    record["losses"] = meters.losses
    return record, model.state_dict()


def now():
    """The time of the last checkpoint; the original wants one."""
    return datetime.datetime.now()


def operation(model):
    from func import train_eval_ops
    return train_eval_ops.Basic(model, torch.device("cpu"), None,
                                {"_target_": "func.train_eval_ops.BasicLossAccuracy"})


def cast(batch, dtype):
    """A batch of its own, floats in the precision of the model."""
    def one(value):
        if isinstance(value, dict):
            return {key: one(inner) for key, inner in value.items()}
        return value.to(dtype) if value.is_floating_point() else value.clone()
    return one(batch)


def difference(a, b):
    """The largest relative difference over all numbers of two records."""
    if isinstance(a, dict):
        return max(difference(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return max(map(difference, a, b))
    return abs(a - b) / abs(b) if a != b else 0.0


def shared(model, case, batches):
    """What every case starts from."""
    tensors = {f"param/{key}": value for key, value in model.state_dict().items()}
    for i, batch in enumerate(batches):
        tensors[f"input/{i}/video"] = batch["video"]
        tensors[f"input/{i}/teacher"] = batch["lm_pred"]
        tensors[f"input/{i}/teacher_features"] = batch["lm_pred_feat"]
        tensors[f"input/{i}/target"] = batch["target"]["action"]
        tensors[f"input/{i}/subclips"] = batch["target_subclips"]["action"]
    return tensors, case


def main():
    args = common.begin(__doc__)
    warnings.filterwarnings("ignore")
    original = parity_student.import_original(args.avt)
    train = train_module()
    constants = parity_schedule.constants_of(train.scheduler)

    generator = torch.Generator().manual_seed(20)
    setting = parity_student.settings(MODEL)
    model = parity_student.build(original, setting, generator)
    batches = [parity_student.inputs(setting, generator) for _ in range(BATCHES)]
    start = setting | {"weights": WEIGHTS, "epochs": EPOCHS, "batches": BATCHES}
    common.write(args.out / "training.safetensors", *shared(model, start, batches))
    for name, case in CASES.items():
        run = lambda dtype: recorded(train, model, dtype, args.avt, batches, case)  # noqa: E731
        (record, last), (single, _) = run(torch.float64), run(torch.float32)
        worst = {key: difference(single[key], record[key]) for key in record}
        print(name, {key: f"{value:.1e}" for key, value in worst.items()},
              f"losses {record['losses'][0]:.2f}..{record['losses'][-1]:.2f},",
              f"norms {min(record['grad_norms']):.2f}..{max(record['grad_norms']):.2f}")
        assert max(worst.values()) < ALLOWED, f"{name} is badly conditioned"
        optimizer, lr_wd, main, warmup, max_norm, metrics = case
        record |= constants | {
            "optimizer": optimizer, "lr_wd": lr_wd, "main": main, "warmup_epochs": warmup,
            "max_norm": max_norm, "metrics": metrics, "bias_bn_wd_scale": BIAS_SCALE}
        tensors = {f"last/{key}": value for key, value in last.items()}
        common.write(args.out / f"training_{name}.safetensors", tensors, record)


if __name__ == "__main__":
    main()
