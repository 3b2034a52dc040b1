#!/usr/bin/env python3
"""Trains with the original AVT and with `runner` side by side, and compares every step.

    scripts/compare_training.py --avt PATH/TO/AVT [--runner target/release/runner] [OVERRIDE...]

AVT is a checkout of github.com/facebookresearch/AVT. `runner data synth` writes a data root in the
formats of EPIC-Kitchens-55 and RULSTM. The original composes its own tree with its file for features
(`expts/08_ek55_avt_tsn.txt`), reads the root with its own data set, builds its own model, groups,
optimizer and schedules, and runs its own loop on the CPU; `runner` trains `+experiment=ek55_avt_tsn`
with `+compat=avt` from the same initial weights. Both see the samples in the order of the data set,
without dropout. OVERRIDEs, written as for Hydra, go to both. Printed are the largest relative
differences over all steps; the exit code is 1 when one is above --allow.

Needs torch, torchvision, transformers, hydra-core, pandas, lmdb, h5py, safetensors.
"""
import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import types
import warnings
from pathlib import Path
from unittest import mock

import torch
from omegaconf import OmegaConf
from safetensors.torch import save_file

import conf_against_avt
import parity_schedule
import parity_student
import parity_training

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 32
# What makes a run small and repeatable; `++` because AVT's tree lacks some of the keys.
SETTING = [
    "train.batch_size=16", "train.num_epochs=3", "train.shuffle_data=false",
    "train.train_one_epoch_fn.print_freq=1", f"model.backbone_dim={WIDTH}", "model.dropout=0",
    "++model.future_predictor.inter_dim=64", "++model.future_predictor.n_layer=2",
    "++model.future_predictor.n_head=4", "++model.future_predictor.embd_pdrop=0.0",
    "++model.future_predictor.attn_pdrop=0.0", "++model.future_predictor.resid_pdrop=0.0",
    "opt.lr_wd=[[future_predictor,0.0005,0.0001],[classifiers,0.001,0.0]]",
    "opt.warmup.num_epochs=1", "opt.scheduler.num_epochs=2", "opt.grad_clip.max_norm=1.0",
]
# AVT, unlike its fork, has no floors.
OURS = ["+experiment=ek55_avt_tsn", "+compat=avt", "opt.warmup.min_lr=0", "opt.final_lr=0",
        "device=flex"]


def data_root(runner, root):
    """A generated data root; the annotations also as the pickle that AVT reads."""
    import pandas
    subprocess.run([runner, "data", "synth", str(root), "--dim", str(WIDTH), "--train-videos", "6",
                    "--val-videos", "2"], check=True, stdout=subprocess.DEVNULL)
    for table in (root / "external/epic-kitchens-55-annotations").glob("EPIC_train_action*.csv"):
        pandas.read_csv(table, index_col="uid").to_pickle(table.with_suffix(".pkl"))


def original_config(avt, scratch, overrides):
    file = avt / "expts/08_ek55_avt_tsn.txt"
    conf = conf_against_avt.avt_tree(avt, scratch)
    every = conf_against_avt.overrides_of(file) + SETTING + overrides
    from hydra import compose, initialize_config_dir
    from hydra.core.hydra_config import HydraConfig
    OmegaConf.register_new_resolver("minus", lambda x, y: x - y)
    with initialize_config_dir(str(conf), version_base="1.1"):
        cfg = compose("config", every, return_hydra_config=True)
    HydraConfig.instance().set_config(cfg)
    job = OmegaConf.create({k: v for k, v in OmegaConf.to_container(cfg).items() if k != "hydra"})
    OmegaConf.resolve(job)
    return job


def import_avt(avt):
    """AVT's modules; what they import and this does not use is replaced."""
    for name in ("submitit", "cv2", "psutil", "torchvision.datasets.video_utils", "seaborn",
                 "torchvision.datasets.samplers", "torch.utils.tensorboard", "moviepy",
                 "moviepy.editor", "proglog", "tqdm.notebook", "launch", "hydra.experimental",
                 "external", "external.rulstm", "external.rulstm.RULSTM",
                 "external.rulstm.RULSTM.utils", "notebooks", "notebooks.utils", "common.log",
                 "common.transforms", "matplotlib", "matplotlib.pylab", "matplotlib.pyplot"):
        sys.modules[name] = parity_student.Absent(name)
    for package in ("func", "models"):
        sys.modules[package] = types.ModuleType(package)
        sys.modules[package].__path__ = [str(avt / package)]
    sys.path.insert(0, str(avt))
    import torchvision
    torchvision.set_video_backend = lambda _name: None  # there is no video to read
    from datasets import data
    from func import train
    from models import base_model
    return data, train, base_model


def original(avt, cfg, start):
    """Trains with AVT; writes its initial weights to `start` and returns the record of its steps."""
    import hydra
    data, train, base_model = import_avt(avt)
    torch.manual_seed(cfg.seed)
    dataset = data.get_dataset(cfg.dataset_train, cfg.data_train, lambda x: x, logging.getLogger())
    loader = torch.utils.data.DataLoader(
        dataset, batch_size=cfg.train.batch_size, shuffle=cfg.train.shuffle_data,
        collate_fn=train.collate_fn_remove_audio)
    classes = {key: len(val) for key, val in dataset.classes.items()}
    model = base_model.BaseModel(cfg.model, num_classes=classes,
                                 class_mappings=dataset.class_mappings)
    with torch.no_grad():  # the initial std of 0.01 would hide differences
        for name, value in model.named_parameters():
            value.add_(torch.randn_like(value) * 0.1)
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, start)
    optimizer = parity_schedule.original_optimizer(avt, model, cfg, 1)
    steps = {"iters_per_epoch": len(loader), "world_size": 1}
    main = hydra.utils.instantiate(cfg.opt.scheduler, optimizer, **steps)
    schedule = hydra.utils.instantiate(cfg.opt.warmup, optimizer, main, **steps)
    op = hydra.utils.instantiate(cfg.train_eval_op, model, torch.device("cpu"), dataset,
                                 _recursive_=False)
    meters = parity_training.Meters()
    watched, clip, record = parity_training.watch(op, optimizer)
    function = OmegaConf.to_container(cfg.train.train_one_epoch_fn)
    function.pop("_target_")
    function["loss_wts"] = types.SimpleNamespace(**function["loss_wts"])
    with mock.patch("torch.nn.utils.clip_grad_norm_", clip):
        for epoch in range(cfg.train.num_epochs):
            train.train_one_epoch(watched, optimizer, schedule, loader, epoch, 0, meters,
                                  logging.getLogger(), parity_training.now(), **function)
    return record | {"losses": meters.losses}


def ours(runner, root, start, overrides):
    """Trains with `runner`; the record of its steps."""
    command = [runner, "--config-path", str(ROOT / "conf"), *OURS, *SETTING, *overrides,
               f"paths.external={root}/external", f"paths.data={root}/DATA",
               f"train.init_from_model=[[{start}]]", f"hydra.run.dir={root}/run"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lines = map(json.loads, (root / "run/metrics.jsonl").read_text().splitlines())
    record = {"terms": [], "lrs": [], "grad_norms": [], "losses": []}
    for line in (line for line in lines if line["split"] == "train"):
        record["losses"].append(line["loss"])
        record["grad_norms"].append(line["grad_norm"])
        record["terms"].append(
            {key[5:]: value for key, value in line.items() if key.startswith("loss/")})
        rates = [key for key in line if key == "lr" or key.startswith("lr/")]
        record["lrs"].append([line[key] for key in rates])
    return record


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--avt", type=Path, required=True, help="checkout of AVT")
    parser.add_argument("--runner", type=Path, default=ROOT / "target/release/runner")
    parser.add_argument("--allow", type=float, default=1e-4, help="largest relative difference")
    args, overrides = parser.parse_known_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)  # AVT warns of every video that there is not
    runner, avt = str(args.runner.resolve()), args.avt.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        data_root(runner, root)
        os.chdir(root)
        start = root / "start.safetensors"
        theirs = original(avt, original_config(avt, scratch, overrides), start)
        mine = ours(runner, root, start, overrides)
    steps = len(theirs["losses"])
    assert steps == len(mine["losses"]), (steps, len(mine["losses"]))
    print(f"{steps} steps, loss {theirs['losses'][0]:.4f} to {theirs['losses'][-1]:.4f}")
    worst = {key: parity_training.difference(mine[key], theirs[key]) for key in theirs}
    for key, value in worst.items():
        print(f"{key:>10}: {value:.1e}")
    return int(max(worst.values()) > args.allow)


if __name__ == "__main__":
    sys.exit(main())
