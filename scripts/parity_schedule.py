#!/usr/bin/env python3
"""Learning rates, parameter groups and parameter trajectories of the original.

Runs `common/scheduler.py` and the group-building lines of `func/train.py` from AVT checkouts under
torch 2.9 (and hydra-core) and writes what `tests/parity_optim.rs` compares with:

    schedules.json              rates of every iteration for a table of settings
    optimizers.json             settings, groups and gradient norms of the trajectories
    optimizers.safetensors      initial parameters, gradients, parameters after some steps

    scripts/parity_schedule.py --avt fork=PATH --avt avt=PATH [--out tests/fixtures/optim]

The constants in which the checkouts differ (the warm-up's floor, the rate after the cosine) are
measured, not assumed. `fork` is the distillation fork, `avt` the published AVT.
"""

import argparse
import contextlib
import importlib.util
import io
import json
import logging
import operator
import pathlib
import textwrap
import warnings

import hydra
import torch
from omegaconf import OmegaConf
from safetensors.torch import save_file

STEPS = 20
KEPT = (0, 7, 19)
BASE = [0.001, 0.0001]
ADAM = {"_target_": "torch.optim.Adam"}
ADAMW = {"_target_": "torch.optim.AdamW"}
SGD = {"_target_": "torch.optim.SGD", "momentum": 0.9, "nesterov": False}
FACTOR = {"_target_": "transformers.Adafactor", "warmup_init": False}
PLAIN = FACTOR | {"relative_step": False, "scale_parameter": False}


def cosine(epochs, eta_min=0.0):
    return {"kind": "cosine", "num_epochs": epochs, "eta_min": eta_min}


def steps(milestones, warmup, method="linear", gamma=0.1, factor=1e-5):
    return {"kind": "multi_step", "milestone_epochs": milestones, "gamma": gamma,
            "warmup_factor": factor, "warmup_epochs": warmup, "warmup_method": method}


def plateau(**settings):
    return {"kind": "plateau", "mode": "max", "factor": 0.1, "patience": 1, "threshold": 1.0,
            "threshold_mode": "abs", "cooldown": 1, "min_lr": 1e-7, "eps": 1e-8} | settings


RISE_AND_STALL = [5.0, 9.0, 9.5, 9.4, 9.0, 12.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 20.0, 1.0, 1.0, 1.0]

# name, main schedule, warm-up epochs, start ratio, iterations per epoch, processes, base rates,
# epochs to run, metrics per epoch
SCHEDULES = [
    ("cosine", cosine(6), 0, 0.0, 4, 1, BASE, 6, None),
    ("cosine after 2 epochs", cosine(6), 2, 0.0, 4, 1, BASE, 8, None),
    ("cosine after 5 epochs", cosine(10), 5, 0.0, 3, 1, [0.001], 15, None),
    ("cosine past its end", cosine(3), 2, 0.0, 4, 1, BASE, 7, None),
    ("cosine with eta_min", cosine(6, 1e-5), 2, 0.0, 4, 1, BASE, 9, None),
    ("cosine with eta_min on 8 processes", cosine(6, 1e-5), 2, 0.0, 4, 8, [0.008, 0.0008], 9, None),
    ("cosine from a tenth", cosine(6), 2, 0.1, 4, 1, BASE, 8, None),
    ("cosine, warm-up of one iteration", cosine(6), 1, 0.0, 1, 1, BASE, 8, None),
    ("cosine, warm-up of two iterations", cosine(6), 2, 0.0, 1, 1, BASE, 9, None),
    ("cosine of no length", cosine(0), 2, 0.0, 3, 1, BASE, 4, None),
    ("cosine, published rates", cosine(30), 20, 0.0, 2, 1, [1e-4, 1e-4, 1e-7], 50, None),
    ("cosine below its eta_min", cosine(4, 1e-2), 1, 0.0, 3, 1, BASE, 6, None),
    ("multi-step", steps([3, 5], 2), 0, 0.0, 4, 1, BASE, 7, None),
    ("multi-step after 2 epochs", steps([3, 5], 2), 2, 0.0, 4, 1, BASE, 9, None),
    ("multi-step, no ramp", steps([2, 2, 4], 0, gamma=0.3), 0, 0.0, 3, 1, BASE, 6, None),
    ("multi-step, constant ramp", steps([4], 2, "constant", factor=1 / 3), 1, 0.5, 4, 4, BASE, 7, None),
    ("multi-step at epoch 0", steps([0, 2], 1), 0, 0.0, 3, 1, BASE, 4, None),
    ("plateau", plateau(), 0, 0.0, 2, 1, BASE, 16, RISE_AND_STALL),
    ("plateau, min and relative", plateau(mode="min", threshold=0.1, threshold_mode="rel", cooldown=0),
     0, 0.0, 2, 1, BASE, 16, RISE_AND_STALL),
    ("plateau, max and relative", plateau(threshold=0.5, threshold_mode="rel", patience=0),
     0, 0.0, 2, 2, BASE, 16, RISE_AND_STALL),
    ("plateau, min and absolute", plateau(mode="min", threshold=2.0, eps=1e-5, patience=2),
     0, 0.0, 2, 1, BASE, 16, RISE_AND_STALL),
    ("plateau after 6 iterations", plateau(), 3, 0.0, 2, 1, BASE, 9,
     [1.5, 3.0, 5.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]),
    ("plateau, metric past the warm-up", plateau(), 3, 0.0, 2, 1, BASE, 4, [1.5, 6.0, 1.0, 1.0]),
]

PARAMS = {
    "backbone.conv.weight": (2, 3),
    "backbone.bn1.weight": (3,),
    "backbone.layer.bn1.weight": (2,),
    "future_predictor.ln.weight": (4,),
    "future_predictor.ln.bias": (4,),
    "classifiers.action.weight": (3, 4),
    "classifiers.action.bias": (3,),
    "never": (2,),
}
ALL = [["__all__", 0.01, 0.0]]
MODULES = [["backbone", 0.001, 0.1], [["future_predictor", "classifiers"], 0.02, 0.01]]
TWICE = [[["__all__", "classifiers"], 0.01, 0.1]]

# name, optimizer, lr_wd, bias_bn_wd_scale, max_norm, processes, scale by batch size of
OPTIMIZERS = [
    ("adam", ADAM, ALL, 1.0, None, 1, None),
    ("adam, decay and clipping", ADAM, [["__all__", 0.01, 0.1]], 1.0, 0.5, 1, None),
    ("adam, no decay of biases", ADAM, [["__all__", 0.01, 0.1]], 0.0, 3.0, 1, None),
    ("adam, other moments", ADAM | {"betas": [0.8, 0.95], "eps": 1e-3}, MODULES, 0.5, None, 1, None),
    ("adam, scaled", ADAM, [["__all__", 0.0001, 0.001]], 1.0, None, 4, 8),
    ("adam, frozen", ADAM, [["backbone", 0.0, 0.0], ["__all__", 0.01, 0.1]], 1.0, 0.5, 1, None),
    ("adam, empty module", ADAM, [["empty", 0.02, 0.0], ["classifiers", 0.01, 0.1]], 1.0, 0.5, 1, None),
    ("adam, twice in an entry", ADAM, TWICE, 1.0, None, 1, None),
    ("adam, twice in an entry, clipping", ADAM, TWICE, 1.0, 0.5, 1, None),
    ("adamw", ADAMW, [["__all__", 0.01, 0.1]], 0.1, 0.5, 1, None),
    ("adam, amsgrad", ADAM | {"amsgrad": True}, MODULES, 0.5, None, 1, None),
    ("adamw, amsgrad", ADAMW | {"amsgrad": True}, [["__all__", 0.01, 0.1]], 0.1, 0.5, 1, None),
    ("adafactor", FACTOR, MODULES, 0.5, None, 1, None),
    ("adafactor, warm-up", FACTOR | {"warmup_init": True}, MODULES, 0.5, None, 1, None),
    ("adafactor, first moment", FACTOR | {"beta1": 0.9}, [["__all__", 0.01, 0.1]], 1.0, 0.5, 1, None),
    ("adafactor, rates of the groups", PLAIN, MODULES, 1.0, 0.5, 1, None),
    ("adafactor, scaled rates", PLAIN | {"scale_parameter": True}, MODULES, 1.0, None, 1, None),
    ("adafactor, everything else", PLAIN | {"eps": [1e-8, 0.5], "clip_threshold": 0.3,
     "decay_rate": -0.5, "beta1": 0.5, "scale_parameter": True}, MODULES, 1.0, None, 1, None),
    ("adafactor, twice in an entry", PLAIN, TWICE, 1.0, 0.5, 1, None),
    ("sgd", SGD | {"momentum": 0.0}, ALL, 1.0, None, 1, None),
    ("sgd, momentum", SGD, MODULES, 1.0, None, 1, None),
    ("sgd, nesterov and clipping", SGD | {"nesterov": True}, [["__all__", 0.01, 0.1]], 1.0, 0.5, 1, None),
    ("sgd, dampening", SGD | {"dampening": 0.3}, [["__all__", 0.01, 0.1]], 1.0, None, 1, None),
    ("sgd, twice in an entry", SGD | {"momentum": 0.0}, TWICE, 1.0, 0.5, 1, None),
    ("overlap of entries", ADAM, [["__all__", 0.01, 0.0], ["classifiers", 0.02, 0.0]], 1.0, None, 1, None),
]


def load_scheduler(root):
    spec = importlib.util.spec_from_file_location("scheduler", root / "common/scheduler.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_schedule(scheduler, main, warmup_epochs, ratio, optimizer, iterations, world_size):
    classes = {"cosine": scheduler.CosineLR, "multi_step": scheduler.WarmupMultiStepLR,
               "plateau": scheduler.ReduceLROnPlateau}
    settings = dict(main)
    inner = classes[settings.pop("kind")](
        optimizer, iters_per_epoch=iterations, world_size=world_size, **settings)
    return scheduler.Warmup(optimizer, inner, init_lr_ratio=ratio, num_epochs=warmup_epochs,
                            iters_per_epoch=iterations, world_size=world_size)


def rates_of(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def sgd_of(rates):
    return torch.optim.SGD([{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": r} for r in rates], lr=1)


def constants_of(scheduler):
    optimizer = sgd_of([0.0])
    schedule = make_schedule(scheduler, cosine(0), 0, 0.0, optimizer, 1, 1)
    floor = rates_of(optimizer)[0]
    schedule.step()
    return {"floor": floor, "final_lr": rates_of(optimizer)[0]}


def run_schedule(scheduler, source, row):
    name, main, warmup, ratio, iterations, world_size, base, epochs, metrics = row
    optimizer = sgd_of(base)
    schedule = make_schedule(scheduler, main, warmup, ratio, optimizer, iterations, world_size)
    rates, failed_epoch = [], None
    for epoch in range(epochs):
        for _ in range(iterations):
            rates.append(rates_of(optimizer))
            if metrics is None:
                schedule.step()
        if metrics is not None:
            try:
                schedule.step(metrics[epoch])
            except AssertionError:
                failed_epoch = epoch
                break
    return {"name": f"{source}: {name}", "main": main, "warmup_epochs": warmup, "init_lr_ratio": ratio,
            "iters_per_epoch": iterations, "world_size": world_size, "base_lrs": base,
            "metrics": metrics or [0.0] * epochs, "failed_epoch": failed_epoch,
            **constants_of(scheduler), "lrs": rates}


def make_model(values):
    model = torch.nn.Module()
    model.empty = torch.nn.Sequential()
    for name, value in values.items():
        *path, last = name.split(".")
        module = model
        for part in path:
            if not hasattr(module, part):
                module.add_module(part, torch.nn.Module())
            module = getattr(module, part)
        module.register_parameter(last, torch.nn.Parameter(value.clone()))
    return model


def original_optimizer(root, model, cfg, world_size):
    """Runs the lines of the original's main() that turn `opt.lr_wd` into an optimizer."""
    source = (root / "func/train.py").read_text()
    start = source.index("    params = []\n")
    end = source.index("    # convert scheduler to be per iteration")
    scope = {"cfg": OmegaConf.create(cfg), "model": model, "operator": operator, "hydra": hydra,
             "OmegaConf": OmegaConf, "logger": logging.getLogger("avt"),
             "dist_info": {"world_size": world_size}}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(textwrap.dedent(source[start:end]), scope)
    return scope["optimizer"]


def gradient_at(gradients, name, step):
    """`never` is never used; one parameter misses one step."""
    if name == "never" or (name == "future_predictor.ln.bias" and step in (0, 7)):
        return None
    return gradients[f"grad/{step}/{name}"].clone()


def run_optimizer(root, scheduler, row, initial, gradients, arrays):
    name, config, lr_wd, bias_scale, max_norm, world_size, by_batch = row
    model = make_model(initial)
    cfg = {"opt": {"lr_wd": lr_wd, "bias_bn_wd_scale": bias_scale, "optimizer": config,
                   "classifier_only": False, "scale_lr_by_bs": by_batch is not None},
           "train": {"batch_size": by_batch}}
    record = {"name": name, "optimizer": config, "lr_wd": lr_wd, "bias_bn_wd_scale": bias_scale,
              "max_norm": max_norm, "world_size": world_size, "scale_lr_by_bs": by_batch,
              "params": [key for key, _ in model.named_parameters()]}
    try:
        optimizer = original_optimizer(root, model, cfg, world_size)
    except Exception as error:
        return record | {"error": str(error.__cause__ or error)}
    names = {parameter: key for key, parameter in model.named_parameters()}
    record["groups"] = [{"lr": group["lr"], "weight_decay": group["weight_decay"],
                         "names": [names[p] for p in group["params"] if p.requires_grad]}
                        for group in optimizer.param_groups]
    schedule = make_schedule(scheduler, cosine(3), 1, 0.0, optimizer, 5, world_size)
    record |= constants_of(scheduler) | {"norms": []}
    for step in range(STEPS):
        for key, parameter in model.named_parameters():
            parameter.grad = gradient_at(gradients, key, step) if parameter.requires_grad else None
        optimized = [p for group in optimizer.param_groups for p in group["params"]]
        limit = float("inf") if max_norm is None else max_norm
        norm = torch.nn.utils.clip_grad_norm_(optimized, max_norm=limit, norm_type=2)
        record["norms"].append(norm.item())
        optimizer.step()
        schedule.step()
        if step in KEPT:
            for key, parameter in model.named_parameters():
                arrays[f"{name}/{step}/{key}"] = parameter.detach().clone()
    return record


def write(path, value):
    """One table row per line, so that a change of a setting shows as such."""
    rows = ",\n".join(json.dumps(row) for row in value)
    path.write_text(f"[\n{rows}\n]\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--avt", action="append", required=True, metavar="NAME=PATH")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("tests/fixtures/optim"))
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    roots = {name: pathlib.Path(path) for name, path in (a.split("=", 1) for a in args.avt)}
    schedulers = {name: load_scheduler(root) for name, root in roots.items()}
    args.out.mkdir(parents=True, exist_ok=True)

    table = [run_schedule(s, name, row) for name, s in schedulers.items() for row in SCHEDULES]
    write(args.out / "schedules.json", table)

    first = next(iter(roots))
    initial = {name: torch.randn(shape) for name, shape in PARAMS.items()}
    gradients = {f"grad/{step}/{name}": torch.randn(shape) * 2.0 ** (step % 5 - 3)
                 for step in range(STEPS) for name, shape in PARAMS.items()}
    arrays = {f"init/{name}": value for name, value in initial.items()} | gradients
    for step in range(STEPS):
        for name in PARAMS:
            if gradient_at(gradients, name, step) is None:
                del arrays[f"grad/{step}/{name}"]
    records = [run_optimizer(roots[first], schedulers[first], row, initial, gradients, arrays)
               for row in OPTIMIZERS]
    write(args.out / "optimizers.json", records)
    save_file(arrays, args.out / "optimizers.safetensors")


if __name__ == "__main__":
    main()
