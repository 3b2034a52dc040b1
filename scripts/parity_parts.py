#!/usr/bin/env python3
"""Writes tests/parity/fixtures/parts_*: what the Python original computes with its further parts.

    scripts/parity_parts.py --avt PATH/TO/student/AVT-main --rulstm PATH/TO/RULSTM

As `parity_student.py`, whose helpers it uses: the original's own classes in double precision, tiny,
with spread weights and every dropout 0. RULSTM's is the folder with `models.py`. Needs timm too.
"""
import contextlib
from unittest import mock

import parity_common as common
import parity_student as student
import torch
from omegaconf import OmegaConf

AGGREGATION = "models.temporal_aggregation"
WIDTH = 6
VIT = {"img_size": 8, "patch_size": 4, "embed_dim": 6, "depth": 2, "num_heads": 2, "mlp_ratio": 2.0}
ENCODER = {"kind": "Transformer", "inter_rep": 4, "nheads": 2, "nlayers": 2, "agg_style": "mean",
           "cloze_loss_ratio": 0.0, "cloze_loss_wt": 0.0}
FEED_FORWARD = 5  # torch's default of 2048 would fill megabytes
RULSTM = {"kind": "RULSTMAggregation", "intermediate_featdim": 5, "num_pad_feats": 0}
IDENTITY, MEAN = {"kind": "Identity"}, {"kind": "Mean"}
AVTH = student.AVTH | {"output_len": 1, "output_len_eval": -1, "return_past_too": False,
                       "drop_last_n": 0, "feat": True, "n_layer": 1}
WEIGHTS = student.WEIGHTS | {"tx_mlm": 0.9}
# Time first, as the original masks: which steps of three clips of three are hidden.
HIDDEN = [[False, True, False], [True, False, False], [False, True, False]]
# What each case changes.
CASES = {
    "vit": dict(vit=True, clips=2, past=True, avth=AVTH),
    "vit_evaluation": dict(vit=True, frames=2, agg=MEAN, train=False),
    "vit_head": dict(vit=True, vit_classes=1, frames=2, agg=MEAN),
    "transformer": dict(frames=3, agg=ENCODER, same_dim=True, project=4, avth=AVTH, clips=2),
    "transformer_last": dict(clips=4, past=True,
                             after=ENCODER | {"agg_style": "last", "inter_rep": WIDTH},
                             avth=AVTH | {"avg_last_n": -1, "return_past_too": True}),
    "transformer_cloze": dict(frames=3, agg=ENCODER | {"cloze_loss_ratio": 0.5,
                                                       "cloze_loss_wt": 0.7}),
    "transformer_evaluation": dict(frames=3, train=False,
                                   agg=ENCODER | {"cloze_loss_ratio": 0.5, "cloze_loss_wt": 0.7}),
    "rulstm": dict(frames=4, agg=RULSTM, classifier={"nlayers": 2, "bias": False}),
    "rulstm_padded": dict(frames=3, agg=RULSTM | {"num_pad_feats": 3}, same_dim=True, avth=AVTH,
                          clips=2, project=3),
    "rulstm_after": dict(clips=3, after=RULSTM,
                         avth=AVTH | {"avg_last_n": -1, "output_len": 2}),
    "mlp": dict(frames=3, space=2, agg=MEAN, mlp_layers=3, project=4, regression=True,
                classifier={"nlayers": 3, "bias": True}, labels=["action", "verb"], mappings=True),
    "mlp_clips": dict(clips=3, frames=2, mapper=True, agg=MEAN, after=MEAN, past=True, mlp_layers=2,
                      project=3, regression=True),
    "crops": dict(crops=3, clips=3, past=True, avth=AVTH, project=4, regression=True),
}
OUTPUTS = ("future_agg", "past", "backbone_mean", "backbone_mean_projected", "temp_agg",
           "temp_agg_projected", "future_projected", "logits_regression")


class SmallLayer(torch.nn.TransformerEncoderLayer):
    def __init__(self, **kwargs):
        super().__init__(dim_feedforward=FEED_FORWARD, **kwargs)


def settings(case):
    """A case with everything it leaves out."""
    full = dict(clips=1, frames=1, crops=0, space=1, mapper=False, vit=False, vit_classes=0,
                agg=IDENTITY, after=IDENTITY, past=False, mappings=False, same_dim=False,
                project=None, regression=False, mlp_layers=None, avth=None, classifier=None,
                labels=["action"], train=True) | case
    full["backbone_dim"] = 1 if full["vit_classes"] else WIDTH - 1 if full["mapper"] else WIDTH
    full["classes"] = [[name, student.CLASSES[name]] for name in full["labels"]]
    return full


def backbone(case):
    if not case["vit"]:
        return {"_target_": "torch.nn.Identity"}
    vit = {"_target_": "timm.models.vision_transformer.VisionTransformer",
           "num_classes": case["vit_classes"]} | VIT
    return {"_target_": "models.video_classification.FrameLevelModel", "model": vit}


def aggregator(node):
    node = dict(node)
    kind = node.pop("kind")
    extra = {"dropout": 0.0} if kind == "RULSTMAggregation" else {}
    return {"_target_": f"{AGGREGATION}.{kind}"} | node | extra


def future_predictor(case):
    if case["mlp_layers"]:
        return {"_target_": "models.future_prediction.MLP", "num_layers": case["mlp_layers"]}
    return student.future_predictor(case["avth"])


def classifier(node):
    if node is None:
        return {"_target_": "torch.nn.Linear", "bias": True}
    return {"_target_": "models.classifiers.MLP"} | node


def build(original, case, generator):
    cfg = OmegaConf.create({
        "backbone": backbone(case), "backbone_last_n_modules_to_drop": 0,
        "backbone_dim": case["backbone_dim"], "intermediate_featdim": WIDTH,
        "temporal_aggregator": aggregator(case["agg"]), "same_temp_agg_dim": case["same_dim"],
        "future_predictor": future_predictor(case),
        "temporal_aggregator_after_future_pred": aggregator(case["after"]),
        "project_dim_for_nce": case["project"], "dropout": 0.0,
        "add_regression_head": case["regression"], "classifier": classifier(case["classifier"]),
        "use_cls_mappings": case["mappings"], "classifier_on_past": case["past"],
        "bn": {"eps": 0.001, "mom": 0.1},
    })
    maps = {("verb", "action"): student.one_hot(7, 4)}
    with mock.patch.object(torch.nn, "TransformerEncoderLayer", SmallLayer):
        model = original.model.BaseModel(cfg, dict(case["classes"]), maps)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
        if isinstance(module, torch.nn.MultiheadAttention):
            module.dropout = 0.0
    return common.spread(model, generator).train(case["train"])


def inputs(case, generator):
    data = student.inputs(case, generator)
    side = VIT["img_size"] if case["vit"] else case["space"]
    channels = 3 if case["vit"] else case["backbone_dim"]
    crops = [case["crops"]] if case["crops"] else []
    shape = [3, case["clips"], *crops, channels, case["frames"], side, side]
    data["video"] = torch.randn(shape, generator=generator).double()
    width = classified_width(case)
    data["lm_pred_feat"] = torch.randn(3, width, generator=generator).double()
    return data


def classified_width(case):
    aggregated = case["agg"].get("inter_rep", case["agg"].get("intermediate_featdim", WIDTH))
    seen = WIDTH if case["same_dim"] else aggregated
    return case["after"].get("inter_rep", case["after"].get("intermediate_featdim", seen))


def hiding(case):
    """What the original draws to decide which steps are hidden."""
    if not case["train"] or not case["agg"].get("cloze_loss_ratio"):
        return contextlib.nullcontext()
    drawn = torch.where(torch.tensor(HIDDEN), 0.0, 1.0).double()
    return mock.patch.object(torch, "rand", lambda *args, **kwargs: drawn)


def part_case(original, name, case):
    generator = torch.Generator().manual_seed(sum(name.encode()))
    case = settings(case)
    model, data = build(original, case, generator), inputs(case, generator)
    with hiding(case):
        outputs, losses, accuracies = common.run_basic(original, model, data, case["train"])
    total = common.weighted(losses, WEIGHTS)
    # So that gradients reach every part.
    kept = [key for key in OUTPUTS if key in outputs]
    further = [key for key in kept if key.endswith("projected") or key == "logits_regression"]
    squares = sum((outputs[key] ** 2).mean() for key in further)
    (total + squares).backward()
    tensors = {"input/video": data["video"], "input/teacher": data["lm_pred"],
               "input/teacher_features": data["lm_pred_feat"], "total": total.reshape(1)}
    tensors |= {f"input/target/{key}": value for key, value in data["target"].items()}
    tensors |= {f"input/past_target/{key}": torch.mode(value, -1)[0]
                for key, value in data.get("target_subclips", {}).items()}
    tensors |= {f"output/{key}": value for key, value in outputs.items() if "logits/" in key}
    tensors |= {f"output/{key}": outputs[key] for key in kept}
    tensors |= {f"loss/{key}": value.reshape(-1) if value.ndim == 0 else value
                for key, value in losses.items()}
    tensors |= {f"accuracy/{key}": value for key, value in accuracies.items()}
    for key, value in model.state_dict().items():
        if key.endswith("pos_encoder.pe"):
            tensors["output/pe"] = value[::50, 0]
        elif not key.startswith("cls_map_"):
            tensors[f"param/{key}"] = value
    tensors |= common.gradients(model)
    case["weights"] = {key: WEIGHTS[key] for key in losses}
    case["hidden"] = HIDDEN
    return {key: value.clone() for key, value in tensors.items()}, case


def main():
    args = common.begin(__doc__, rulstm="folder of RULSTM's models.py")
    original = student.import_original(args.avt)
    student.load("external.rulstm.RULSTM.models", args.rulstm / "models.py")
    for name, case in CASES.items():
        common.write(args.out / f"parts_{name}.safetensors", *part_case(original, name, case))


if __name__ == "__main__":
    main()
