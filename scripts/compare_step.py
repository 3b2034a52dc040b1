#!/usr/bin/env python3
"""Times training steps of the original's model at full size, on the processor, as PyTorch does them.

    scripts/compare_step.py --fork FORK --avt AVT [--recipe 08_ek55_avt_tsn] [--steps 5]

FORK is a checkout of the distillation fork of AVT (`student/AVT-main`), AVT one of
github.com/facebookresearch/AVT. Forward, backward and optimizer step of the recipe's model over
random features of its size, in its batch size. Printed are medians: seconds that passed, seconds of
processor time, and the most memory that was held. Ours, over features derived from real labels:

    runner +experiment=ek55_avt_tsn +features=simulated paths.external=PATH device=flex \\
        train.num_epochs=1 train.max_steps_per_epoch=6 eval.max_batches=1 \\
        train.train_one_epoch_fn.print_freq=1
"""
import argparse
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

import hydra
import torch

import conf_against_avt
import parity_counts
import parity_student


def data(cfg, classes, past):
    """A batch as the recipe's reader gives it."""
    batch, frames = cfg.train.batch_size, cfg.data_train.num_frames
    clips = frames if cfg.data_train.subclips.num_frames == 1 else 1
    video = torch.randn(batch, clips, cfg.model.backbone_dim, frames // clips, 1, 1)
    made = {"video": video, "target": {"action": torch.randint(classes["action"], (batch,))}}
    if past:
        made["target_subclips"] = {"action": torch.randint(classes["action"], (batch, clips, 1))}
    return made


def steps(original, cfg, classes, count):
    counts = {"action": classes["action"]}
    model = original.model.BaseModel(cfg.model, counts, {}).train()
    rate, decay = cfg.opt.lr_wd[0][1:]
    optimizer = hydra.utils.instantiate(cfg.opt.optimizer, [{"params": model.parameters()}],
                                        lr=rate, weight_decay=decay)
    op = original.ops.Basic(model, torch.device("cpu"), None,
                            {"_target_": "func.train_eval_ops.BasicLossAccuracy"})
    weights = cfg.train.train_one_epoch_fn.loss_wts
    for _ in range(count):
        began, busy = time.monotonic(), time.process_time()
        losses = op(data(cfg, classes, cfg.model.classifier_on_past), train_mode=True)[2]
        total = sum(weights[key] * value.mean() for key, value in losses.items())
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        yield time.monotonic() - began, time.process_time() - busy


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--fork", type=Path, required=True)
    parser.add_argument("--avt", type=Path, required=True)
    parser.add_argument("--recipe", default="08_ek55_avt_tsn", help="a file of AVT's expts")
    parser.add_argument("--steps", type=int, default=5)
    args = parser.parse_args()
    avt = args.avt.resolve()
    original = parity_student.import_original(args.fork.resolve())
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        conf = conf_against_avt.avt_tree(avt, scratch)
        overrides = conf_against_avt.overrides_of(avt / "expts" / f"{args.recipe}.txt")
        cfg = conf_against_avt.job(conf, overrides, "1.1")
    classes = parity_counts.CLASSES[parity_counts.DATA_SETS[args.recipe.split("_")[1]]]
    times = list(steps(original, cfg, classes, args.steps + 1))[1:]  # the first one warms up
    passed, busy = (statistics.median(column) for column in zip(*times))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{args.recipe}: {torch.get_num_threads()} threads, {passed:.2f} s a step, "
          f"{busy:.2f} s of processors, {peak:.1f} GiB")


if __name__ == "__main__":
    main()
