#!/usr/bin/env python3
"""Writes tests/parity/fixtures: what the Python original computes for tiny models.

    scripts/parity_student.py --avt PATH/TO/student/AVT-main

PATH is a checkout of the distillation fork of AVT (`student/AVT-main`; its sibling
`teacher/code/utils.py` holds RULSTM's recall). Needs torch, transformers, hydra-core, safetensors
and numpy; what else the original imports is not used here and is replaced by empty modules.

The original's own classes run in double precision on weights and inputs that are exact in single
precision, so the fixtures carry no rounding of theirs. Weights are spread (std 0.2, not the
initial 0.01), all dropouts are 0.
"""
import importlib
import importlib.util
import sys
import types
from unittest import mock

import torch
from omegaconf import OmegaConf
from transformers import GPT2Model  # noqa: F401  before what it looks for is replaced

import parity_common as common

ABSENT = [
    "cv2", "submitit", "datasets", "datasets.base_video_dataset", "datasets.epic_kitchens", "h5py",
    "pandas", "moviepy", "moviepy.editor", "tqdm", "tqdm.notebook", "proglog", "matplotlib",
    "matplotlib.pylab", "matplotlib.pyplot", "seaborn", "scipy", "scipy.special", "launch",
    "hydra.experimental", "external", "external.rulstm", "external.rulstm.RULSTM",
]
CLASSES = {"action": 7, "verb": 4, "noun": 3}
WEIGHTS = {
    "cls_action": 1.0, "cls_verb": 0.7, "cls_noun": 0.6, "past_cls_action": 0.8,
    "past_cls_verb": 0.5, "past_cls_noun": 0.4, "feat": 1.3, "distill": 15.0, "distill_feat": 0.9,
    "distill_feat_mse": 11.0,
}
AVTH = {"inter_dim": 8, "n_head": 2, "n_layer": 2, "n_positions": 10, "avg_last_n": 1}
# What each case changes; `avth: None` is the identity predictor.
CASES = {
    "recipe": dict(clips=4, mapper=True, past=True, labels=["action"], train=True,
                   avth=dict(return_past_too=True, feat=True)),
    "frames": dict(frames=4, labels=["action", "verb"], train=True, avth=dict(feat=True, n_head=1)),
    "rollout": dict(frames=3, labels=["action"], train=True,
                    avth=dict(output_len=3, avg_last_n=3, feat=True)),
    "rollout_past": dict(frames=3, labels=["action"], train=True,
                         avth=dict(output_len=3, avg_last_n=5, return_past_too=True, feat=True)),
    "mean_after": dict(clips=3, labels=["action"], train=True, past=True, after="Mean",
                       avth=dict(output_len=2, avg_last_n=-1, return_past_too=True, n_layer=1)),
    "mean_before": dict(clips=3, frames=2, mapper=True, past=True, agg="Mean", labels=["action"],
                        train=True, avth=dict(feat=True, n_layer=1)),
    "mappings": dict(frames=3, space=2, agg="Mean", labels=["action", "verb", "noun"],
                     mappings=True, train=True, avth=None),
    "drop_last": dict(frames=5, labels=["action"], train=True, past=True, past_clips=3,
                      avth=dict(drop_last_n=2, output_len=2, feat=True, n_layer=1)),
    "evaluation": dict(frames=3, labels=["action"], train=False,
                       avth=dict(output_len=1, output_len_eval=3, avg_last_n=2, feat=True)),
}


class Absent(types.ModuleType):
    """A module whose every name is a mock: imported by the original, not used here."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return mock.MagicMock(name=name)


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def import_original(avt):
    for name in ABSENT:
        try:
            importlib.import_module(name)
        except ImportError:
            sys.modules[name] = Absent(name)
    sys.modules["datasets.base_video_dataset"].FUTURE_PREFIX = "future"
    load("external.rulstm.RULSTM.utils", avt.parent.parent / "teacher/code/utils.py")
    for package in ("func", "models"):  # without their __init__, which imports everything
        sys.modules[package] = types.ModuleType(package)
        sys.modules[package].__path__ = [str(avt / package)]
    sys.path.insert(0, str(avt))
    from common import utils
    from func import train_eval_ops
    from models import base_model
    nb_utils = load("notebooks.utils", avt / "notebooks/utils.py")
    return types.SimpleNamespace(utils=utils, ops=train_eval_ops, model=base_model, nb=nb_utils)


def settings(case):
    """A case with everything it leaves out."""
    full = dict(clips=1, frames=1, space=1, mapper=False, agg="Identity", after="Identity",
                past=False, mappings=False) | case
    if case["avth"] is not None:
        full["avth"] = AVTH | dict(output_len=1, output_len_eval=-1, return_past_too=False,
                                   drop_last_n=0, feat=False) | case["avth"]
    full["backbone_dim"] = 5 if full["mapper"] else 6
    full["classes"] = [[name, CLASSES[name]] for name in full["labels"]]
    return full


def future_predictor(avth):
    if avth is None:
        return {"_target_": "models.future_prediction.Identity"}
    kwargs = {k: v for k, v in avth.items() if k != "feat"}
    loss = {"_target_": "torch.nn.MSELoss"} if avth["feat"] else None
    return {"_target_": "models.future_prediction.AVTh", "future_pred_loss": loss,
            "embd_pdrop": 0.0, "attn_pdrop": 0.0, "resid_pdrop": 0.0, **kwargs}


def build(original, case, generator):
    aggregation = "models.temporal_aggregation"
    cfg = OmegaConf.create({
        "backbone": {"_target_": "torch.nn.Identity"}, "backbone_last_n_modules_to_drop": 0,
        "backbone_dim": case["backbone_dim"], "intermediate_featdim": 6,
        "temporal_aggregator": {"_target_": f"{aggregation}.{case['agg']}"},
        "same_temp_agg_dim": False, "future_predictor": future_predictor(case["avth"]),
        "temporal_aggregator_after_future_pred": {"_target_": f"{aggregation}.{case['after']}"},
        "project_dim_for_nce": None, "dropout": 0.0, "add_regression_head": False,
        "classifier": {"_target_": "torch.nn.Linear", "bias": True},
        "use_cls_mappings": case["mappings"], "classifier_on_past": case["past"],
        "bn": {"eps": 0.001, "mom": 0.1},
    })
    maps = {("verb", "action"): one_hot(7, 4), ("noun", "action"): one_hot(7, 3)}
    model = original.model.BaseModel(cfg, dict(case["classes"]), maps)
    return common.spread(model, generator).train(case["train"])


def one_hot(rows, columns):
    return torch.eye(columns)[torch.arange(rows) * 2 % columns]


def inputs(case, generator):
    def normal(*shape):
        return torch.randn(shape, generator=generator).double()

    def labels(count, *shape):
        return torch.randint(-1, count, shape, generator=generator)

    batch, clips, space = 3, case["clips"], case["space"]
    data = {
        "video": normal(batch, clips, case["backbone_dim"], case["frames"], space, space),
        "target": {name: labels(count, batch) for name, count in case["classes"]},
        "lm_pred": normal(batch, 7) * 20, "lm_pred_feat": normal(batch, 6),
    }
    data["target"]["action"][0] = -1
    if case["past"]:
        steps = case.get("past_clips", clips)
        data["target_subclips"] = {
            name: labels(count, batch, steps, 1) for name, count in case["classes"]}
    return data


def student_case(original, name, case):
    generator = torch.Generator().manual_seed(sum(name.encode()))
    case = settings(case)
    model, data = build(original, case, generator), inputs(case, generator)
    outputs, losses, accuracies = common.run_basic(original, model, data, case["train"])
    total = common.weighted(losses, WEIGHTS)
    total.backward()
    tensors = {"input/video": data["video"], "input/teacher": data["lm_pred"],
               "input/teacher_features": data["lm_pred_feat"], "total": total.reshape(1)}
    for label, value in data["target"].items():
        tensors[f"input/target/{label}"] = value
    for label, value in data.get("target_subclips", {}).items():
        tensors[f"input/past_target/{label}"] = torch.mode(value, -1)[0]
    for key, value in outputs.items():
        if "logits/" in key or key in ("future_agg", "past"):
            tensors[f"output/{key}"] = value
    tensors |= {f"loss/{key}": value for key, value in losses.items()}
    tensors |= {f"accuracy/{key}": value for key, value in accuracies.items()}
    tensors |= {f"param/{key}": value for key, value in model.state_dict().items()}
    tensors |= common.gradients(model)
    case["weights"] = {key: WEIGHTS[key] for key in losses}
    return tensors, case


def loss_cases(original):
    """Losses alone, where the student's cases do not reach: top-k, tiny and zero vectors."""
    generator = torch.Generator().manual_seed(2)
    student = (torch.randn(4, 9, generator=generator).double() * 5).requires_grad_()
    teacher = torch.randn(4, 9, generator=generator).double() * 30
    kl, index = original.ops.KLDiv("cpu"), teacher.topk(4, dim=1).indices
    topk = kl(student.gather(1, index), teacher.gather(1, index))
    (grad_topk,) = torch.autograd.grad(topk.mean(), student)
    a = torch.randn(4, 5, generator=generator).double()
    a[1] *= 1e-9
    a, b = a.requires_grad_(), torch.randn(4, 5, generator=generator).double()
    cosine = original.ops.CosineSim("cpu")(a, b)
    normed = original.ops.NormedMSE()(a, b)
    (grad_cosine,) = torch.autograd.grad(cosine[[0, 2, 3]].mean(), a)
    (grad_normed,) = torch.autograd.grad(normed, a)
    return {"student": student, "teacher": teacher, "topk": topk.sort(dim=1).values,
            "grad_topk": grad_topk, "a": a, "b": b, "cosine": cosine, "normed": normed.reshape(1),
            "grad_cosine": grad_cosine, "grad_normed": grad_normed}, None


def metric_cases(original):
    generator = torch.Generator().manual_seed(3)
    scores = torch.randn(60, 12, generator=generator)
    labels = torch.randint(0, 9, (60,), generator=generator)
    scores[torch.arange(60), labels] += 1.0
    with_gaps = torch.where(torch.arange(60) % 7 == 3, -1, labels)
    tensors = {"scores": scores, "labels": labels, "labels_with_gaps": with_gaps,
               "many_shot": torch.tensor([1, 4, 5, 11])}
    for name, target in (("all", labels), ("gaps", with_gaps)):
        top = original.utils.accuracy(scores, target, topk=range(1, 11))
        tensors[f"accuracy/{name}"] = torch.stack(top)
    many = {str(c): c for c in tensors["many_shot"].tolist()}
    top1, top5, ar5, per_class, _ = original.nb.compute_accuracy(scores.numpy(), labels.numpy())
    ar5_many = original.nb.compute_accuracy(scores.numpy(), labels.numpy(), many)[2]
    tensors["final/all"] = torch.tensor([top1, top5, per_class, ar5, ar5_many])
    confusion = original.nb.compute_conf_mat(scores, with_gaps)
    tensors["shifted_class_mean"] = torch.tensor(
        [100.0 * original.nb.mean_class_accuracy(confusion)])
    return tensors, None


def main():
    args = common.begin(__doc__)
    original = import_original(args.avt)
    for name, case in CASES.items():
        common.write(args.out / f"student_{name}.safetensors", *student_case(original, name, case))
    common.write(args.out / "losses.safetensors", *loss_cases(original))
    common.write(args.out / "metrics.safetensors", *metric_cases(original))


if __name__ == "__main__":
    main()
