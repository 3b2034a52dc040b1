#!/usr/bin/env python3
"""Writes tests/parity/fixtures/futures*: clips of the future, and their regression.

    scripts/parity_futures.py --avt PATH/TO/student/AVT-main

PATH is a checkout of the distillation fork of AVT. Needs torch, torchvision, transformers,
hydra-core, safetensors, numpy, pandas, h5py and lmdb; models run as in parity_student.py.

`futures_clips.json` holds which segments the original keeps, and which frames at which times its
observed and future clips have. `futures_<case>.safetensors` hold outputs, losses and gradients of
its `PredFutureFeat`. That class cannot run; `Mended` gives it what it lacks from outside, so that
its own lines compute the losses. docs/faithful.md lists the same mends.
"""
import importlib
import json
import sys
import types
from pathlib import Path
from unittest import mock

import pandas as pd
import torch
import torchvision

import parity_common as common
import parity_student as student

CLASSES = {"action": 7}
WEIGHTS = {"cls_action": 1.0, "past_cls_action": 0.8, "feat": 1.3, "pred": 2.5}
MSE = {"_target_": "torch.nn.MSELoss"}
NORMED = {"_target_": "loss_fn.mse.NormedMSE"}


def nce(temperature, mil_type="sum", back=True):
    return {"_target_": "loss_fn.simclr_infonce.DistributedSimclrInfoNCELoss",
            "temperature": temperature, "mil_type": mil_type, "target_to_output_loss": back}


# The student as in parity_student.py; then futures, target, style, combination, criterion.
CASES = {
    "projected": dict(frames=3, agg="Mean", project=4, avth=None, futures=2,
                      target="temp_agg_projected", combine="min", criterion=NORMED),
    "subclips": dict(clips=3, mapper=True, past=True, avth=dict(feat=True, n_layer=1), futures=2,
                     target="temp_agg", combine="mean", criterion=NORMED),
    "frames": dict(frames=3, project=6, avth=dict(feat=True, n_layer=1), futures=3,
                   target="temp_agg", combine="max", criterion=MSE),
    "contrast": dict(frames=2, agg="Mean", project=4, avth=None, futures=2, combine="sum",
                     target="backbone_mean_projected", criterion=nce(0.5)),
    "together": dict(frames=2, agg="Mean", project=4, avth=None, futures=3, style="together",
                     target="temp_agg_projected", criterion=nce(0.4)),
    "closest": dict(frames=2, agg="Mean", avth=None, futures=3, style="together",
                    target="backbone_mean", criterion=nce(0.7, "max", False)),
}
# What can be asked of clips: tau_a, tau_o, ratios, drop style, strategies, frames, rate, read type.
TIMES = [
    (1.0, 2.5, [1.0], "correct", "last_clip", "first_clip", 5, 2.0, "normal"),
    (1.0, 10.0, [0.5, 1.0, 2.5], "correct", "last_clip", "first_clip", 10, 1.0, "normal"),
    (0.5, 3.0, [-999, 1.0], "correct", "random_clip", "first_clip", 4, 2.0, "normal"),
    (0.25, 1.0, [0.1, 0.04, 1.5], "correct", "last_clip", "last_clip", 6, None, "normal"),
    (1.0, 3.5, [0.0, -1.0], "full_context_in", "last_clip", "center_clip", 7, 4.0, "normal"),
    (2.0, 4.0, [1.0, 9.99], "action_banks", "center_clip", "random_clip", 3, 1.0, "normal"),
    (0.0, 2.0, [1.0, 5.0], "correct", "first_clip", "first_clip", 4, 12.0, "normal"),
    (-999, -1.0, [1.0, -999, 0.5], "correct", "center_clip", "first_clip", 4, 4.0, "normal"),
    (1.0, 2.5, [1.0], "correct", "last_clip", "last_clip", 11, None, "exact_rulstm"),
    (1.0, 2.5, [-9.5, -999], "correct", "last_clip", "first_clip", 5, 2.0, "normal"),
]
ACTIONS = [(0.4, 1.9), (1.02, 2.0), (1.55, 4.1), (3.05, 3.35), (7.77, 9.12), (31.3, 38.0),
           (100.01, 100.2)]


class Halves:
    """In place of a random generator: the middle of what is possible."""

    @staticmethod
    def integers(n):
        return n // 2


def import_data(avt):
    """The original's data sets, without its readers of videos."""
    for name in ("datasets", "datasets.base_video_dataset", "datasets.epic_kitchens"):
        sys.modules.pop(name, None)
    package = types.ModuleType("datasets")
    package.__path__ = [str(avt / "datasets")]
    sys.modules["datasets"] = package
    with mock.patch.object(torchvision, "set_video_backend"):
        base = importlib.import_module("datasets.base_video_dataset")
        epic = importlib.import_module("datasets.epic_kitchens")

    class Frames(epic.EpicRULSTMFeatsReader):
        """Gives the numbers of frames for their features."""

        def read_representations(self, frames, env, frame_format):
            return torch.as_tensor(frames.copy(), dtype=torch.float64).reshape(-1, 1, 1, 1)

    return types.SimpleNamespace(base=base, frames=Frames)


def clip(data, reader, span, row, frames, rate, strategy):
    """Frames and times of a clip; None where the original gives up."""
    try:
        video, seconds, _, _, _ = data.base.BaseVideoDataset._sample(
            Path("video"), reader.get_frame_rate(Path("video")), *span, row, frames, rate, strategy,
            reader, Halves())
    except (AssertionError, ValueError):
        return None
    return {"frames": [int(v) for v in video.flatten()], "times": seconds.tolist()}


def clip_cases(data):
    rows = []
    for tau_a, tau_o, ratios, drop, strategy, later, frames, rate, read_type in TIMES:
        df = pd.DataFrame({"uid": range(len(ACTIONS)), "start": [a for a, _ in ACTIONS],
                           "end": [b for _, b in ACTIONS]})
        df, _ = data.base.convert_to_anticipation(df, [Path("")], tau_a, tau_o, ratios, drop)
        reader = data.frames(lmdb_path=[], read_type=read_type)
        reader.lmdb_envs = [None]
        kept = []
        for _, row in df.iterrows():
            spans = [(row["start"], row["end"])]
            spans += [(row[f"future_{i}_start"], row[f"future_{i}_end"])
                      for i in range(len(ratios))]
            clips = [clip(data, reader, span, row, frames, rate, later if i else strategy)
                     for i, span in enumerate(spans)]
            kept.append({"uid": int(row["uid"]), "spans": spans, "clips": clips})
        rows.append({"tau_a": tau_a, "tau_o": tau_o, "ratios": ratios, "drop_style": drop,
                     "sample_strategy": strategy, "sample_strategy_future": later,
                     "num_frames": frames, "frame_rate": rate, "read_type": read_type,
                     "kept": kept})
    return {"actions": ACTIONS, "settings": rows}


class Mended:
    """What `PredFutureFeat` lacks, around the original's own lines."""

    def __init__(self, original, case, model, target_subclips):
        self.model, self.full = model, None
        self.subclips = target_subclips
        op = original.ops.PredFutureFeat(
            self, torch.device("cpu"), None,
            {"_target_": "func.train_eval_ops.BasicLossAccuracy"},
            reg_criterion=case["criterion"], future_target=case["target"],
            incur_loss_style=case.get("style", "separately"),
            combine_future_losses={"_target_": f"torch.{case.get('combine', 'min')}"})
        self.losses, op.cls_loss_acc_fn = op.cls_loss_acc_fn, self.classify
        self.op = op

    def train(self):
        self.model.train()

    def __call__(self, video):
        """The shape of the targets is left out of the call; clips are rows of their own, which the
        op cuts as if they were samples."""
        rows = video.size(0)
        outputs, aux = self.model(video, target_shape=(rows,))
        for key in ("backbone_mean", "backbone_mean_projected", "temp_agg", "temp_agg_projected"):
            if key in outputs and video.size(1) > 1:
                outputs[key] = outputs[key].reshape(rows, -1, outputs[key].size(-1))
        self.full = outputs
        return outputs, aux

    def classify(self, outputs, target):
        """Labels of sub-clips are left out of the call; `cls` is expected where there is
        `cls_action`."""
        losses, accuracies = self.losses(outputs, target, self.subclips)
        return losses | {"cls": None}, accuracies

    def run(self, data):
        _, outputs, losses, _ = self.op(data, train_mode=True)
        del losses["cls"]
        losses["pred"] = losses.pop("reg")  # the name that the config weighs
        return outputs, losses


def objective_case(original, name, case):
    generator = torch.Generator().manual_seed(sum(name.encode()) + 7)
    case = student.settings(dict(labels=["action"], train=True) | case)
    with mock.patch.object(student, "CLASSES", CLASSES):
        model = build(original, case, generator)
        data = student.inputs(case, generator)
    for i in range(case["futures"]):
        shape = data["video"].shape
        data[f"future_{i}_video"] = torch.randn(shape, generator=generator).double()
    outputs, losses = Mended(original, case, model, data.get("target_subclips")).run(data)
    total = common.weighted(losses, WEIGHTS)
    total.backward()
    tensors = {"input/video": data["video"], "total": total.reshape(1),
               "input/target/action": data["target"]["action"],
               "output/logits/action": outputs["logits/action"]}
    if case["past"]:
        past = data["target_subclips"]["action"]
        tensors["input/past_target/action"] = torch.mode(past, -1)[0]
    tensors |= {f"input/future/{i}": data[f"future_{i}_video"] for i in range(case["futures"])}
    tensors |= {f"loss/{key}": value.reshape(1) if value.ndim == 0 else value
                for key, value in losses.items()}
    tensors |= {f"param/{key}": value for key, value in model.state_dict().items()
                if not key.startswith("cls_map_")}
    tensors |= common.gradients(model)
    case["weights"] = {key: WEIGHTS[key] for key in losses}
    return tensors, case


def build(original, case, generator):
    """The student of parity_student.py, with a projection where the case has one."""
    create = student.OmegaConf.create

    def projecting(config):
        return create(config | {"project_dim_for_nce": case.get("project")})

    with mock.patch.object(student, "OmegaConf", types.SimpleNamespace(create=projecting)):
        return student.build(original, case, generator)


def main():
    args = common.begin(__doc__)
    original = student.import_original(args.avt)
    for name, case in CASES.items():
        common.write(args.out / f"futures_{name}.safetensors",
                     *objective_case(original, name, case))
    clips = clip_cases(import_data(args.avt))
    path = args.out / "futures_clips.json"
    path.write_text(json.dumps(clips, indent=None, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
