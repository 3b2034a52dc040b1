#!/usr/bin/env python3
"""Writes the fixtures of tests/parity/head.rs: what the options of AVT's head compute.

    scripts/parity_head.py --avt PATH/TO/student/AVT-main

As `parity_student.py`, whose way of running the original this follows. `QuantizeAndCrossEntropy`
reads `self.centroids`, which nothing sets: here it reads those of its assigner.
"""
import tempfile
from pathlib import Path

import parity_common as common
import parity_student as student
import torch
from omegaconf import OmegaConf

CENTROIDS, WIDTH, FRAMES, BATCH = 9, 6, 4, 3
CROSS_ENTROPY = {"_target_": "loss_fn.multidim_xentropy.MultiDimCrossEntropy"}
QUANTIZED = {"_target_": "loss_fn.multidim_xentropy.QuantizeAndCrossEntropy"}
INFONCE = {"_target_": "loss_fn.simclr_infonce.MultiDimDistributedSimclrInfoNCELoss",
           "temperature": 0.5}
MSE = {"_target_": "torch.nn.MSELoss"}
WEIGHTS = {"cls_action": 1.0, "past_cls_action": 0.8, "feat": 1.3, "distill": 15.0}
HEAD = {"inter_dim": 8, "n_head": 2, "n_layer": 1, "n_positions": 10, "output_len": 1,
        "output_len_eval": -1, "avg_last_n": 1, "return_past_too": False, "drop_last_n": 0,
        "num_cluster_centers": CENTROIDS, "embd_pdrop": 0.0, "attn_pdrop": 0.0,
        "resid_pdrop": 0.0}
ASSIGN = {"assign_to_centroids": "FILE", "future_pred_loss": CROSS_ENTROPY}
NUMBERS = {"width": 1, "future_pred_loss": CROSS_ENTROPY}
CASES = {
    "gelu": {"activation_function": "gelu", "future_pred_loss": MSE},
    "relu": {"activation_function": "relu", "n_inner": 12, "future_pred_loss": MSE},
    "silu": {"activation_function": "silu", "future_pred_loss": MSE},
    "tanh": {"activation_function": "tanh", "future_pred_loss": MSE},
    "normed": {"future_pred_loss": {"_target_": "loss_fn.mse.NormedMSE"}},
    "infonce": {"future_pred_loss": INFONCE},
    "infonce_one_way": {"future_pred_loss": INFONCE | {"target_to_output_loss": False},
                        "drop_last_n": 1},
    "quantized": {"future_pred_loss": QUANTIZED | {"centroids_fpath": "FILE"}},
    "quantized_raw": {"future_pred_loss": QUANTIZED | {"centroids_fpath": "FILE", "norm": False}},
    "frozen": {"future_pred_loss": MSE, "freeze_encoder_decoder": True},
    "centroids": ASSIGN | {"output_len": 2, "avg_last_n": 3, "return_past_too": True},
    "centroids_quantized": ASSIGN | {"output_len": 3, "avg_last_n": 2, "drop_last_n": 1,
                                     "quantize_before_rollout": True},
    "centroids_frozen": ASSIGN | {"freeze_encoder_decoder": True},
    "numbers": NUMBERS | {"n_layer": 2, "output_len": 3, "avg_last_n": 5, "return_past_too": True},
    "numbers_quantized": NUMBERS | {"output_len": 3, "avg_last_n": 2,
                                    "quantize_before_rollout": True},
    "attentions": {"train": False, "n_layer": 2, "output_attentions": True, "output_len": 1,
                   "output_len_eval": 3, "avg_last_n": 2, "future_pred_loss": MSE},
    "numbers_evaluation": NUMBERS | {"train": False, "output_len": 1, "output_len_eval": 4,
                                     "quantize_before_rollout": True, "output_attentions": True},
}


def with_file(value, path):
    """The value with the centroids' file where the case names it."""
    if isinstance(value, dict):
        return {key: with_file(part, path) for key, part in value.items()}
    return str(path) if value == "FILE" else value


def build(original, case, path, generator):
    head = {key: value for key, value in case.items() if key not in ("train", "width")}
    head = {"_target_": "models.future_prediction.AVTh"} | with_file(head, path)
    if head.get("output_attentions"):
        head["attn_implementation"] = "eager"  # today's transformers keeps maps in this one only
    aggregator = {"_target_": "models.temporal_aggregation.Identity"}
    cfg = OmegaConf.create({
        "backbone": {"_target_": "torch.nn.Identity"}, "backbone_last_n_modules_to_drop": 0,
        "backbone_dim": case["width"], "intermediate_featdim": case["width"],
        "temporal_aggregator": aggregator, "same_temp_agg_dim": False, "future_predictor": head,
        "temporal_aggregator_after_future_pred": aggregator, "project_dim_for_nce": None,
        "dropout": 0.0, "add_regression_head": False, "use_cls_mappings": False,
        "classifier": {"_target_": "torch.nn.Linear", "bias": True}, "classifier_on_past": True,
        "bn": {"eps": 0.001, "mom": 0.1},
    })
    model = original.model.BaseModel(cfg, {"action": student.CLASSES["action"]}, {})
    return common.spread(model, generator).train(case["train"])


def inputs(case, generator):
    classes, shape = student.CLASSES["action"], (BATCH, 1, case["width"], FRAMES, 1, 1)
    numbers = torch.randint(0, CENTROIDS, shape, generator=generator).double()
    features = torch.randn(shape, generator=generator).double()
    past = FRAMES - case["drop_last_n"]
    return {
        "video": numbers if case["width"] == 1 else features,
        "target": {"action": torch.randint(-1, classes, (BATCH,), generator=generator)},
        "target_subclips": {
            "action": torch.randint(-1, classes, (BATCH, past, 1), generator=generator)},
        "lm_pred": torch.randn((BATCH, classes), generator=generator).double() * 20,
    }


def head_case(original, name, case):
    generator = torch.Generator().manual_seed(sum(name.encode()))
    case = HEAD | {"train": True, "width": WIDTH} | case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "centroids.pth"
        torch.save({"weight": torch.randn((CENTROIDS, WIDTH), generator=generator)}, path)
        model = build(original, case, path, generator)
    data = inputs(case, generator)
    outputs, losses, _ = common.run_basic(original, model, data, case["train"])
    total = common.weighted(losses, WEIGHTS)
    total.backward()
    tensors = {"input/video": data["video"], "input/teacher": data["lm_pred"],
               "input/target": data["target"]["action"],
               "input/past_target": data["target_subclips"]["action"].squeeze(-1),
               "total": total.reshape(1)}
    tensors |= {f"output/{key}": value for key, value in outputs.items()
                if key in ("future_agg", "past", "logits/action") or key.startswith("gpt2_att")}
    tensors |= {f"loss/{key}": value for key, value in losses.items()}
    tensors |= {f"param/{key}": value.clone() for key, value in model.state_dict().items()}
    tensors |= common.gradients(model)
    case["weights"] = {key: WEIGHTS[key] for key in losses}
    return tensors, case


def infonce(original, tensors, generator):
    """Rows of the loss where the original hands them out, else their mean; one to three targets."""
    output = torch.randn((4, 5), generator=generator).double().requires_grad_()
    targets = torch.randn((4, 3, 5), generator=generator).double().requires_grad_()
    tensors |= {"nce/output": output, "nce/targets": targets}
    for count in (1, 3):
        for mil in ("sum", "max"):
            for both in (True, False):
                criterion = original.nce.DistributedSimclrInfoNCELoss(
                    temperature=0.3, target_to_output_loss=both, mil_type=mil, reduction="none")
                target = targets[:, 0] if count == 1 else targets
                loss = criterion(output, target)
                name = f"nce/{count}/{mil}/{'both' if both else 'one'}"
                grads = torch.autograd.grad(loss.mean(), (output, targets))
                tensors |= {f"{name}/loss": loss.reshape(-1), f"{name}/grad_output": grads[0],
                            f"{name}/grad_targets": grads[1]}


def balanced(original, tensors, generator):
    """The weights that `BasicLossAccuracy` means, in torch's own weighted cross-entropy."""
    counts = torch.tensor([4, 1, 0, 7, 2])
    ratio = counts.float() / counts.float().sum()
    weight = 1 / (ratio + 0.00001)
    criterion = original.entropy.MultiDimCrossEntropy(
        weight=weight.double(), ignore_index=-1, reduction="none")
    tensors |= {"balanced/counts": counts, "balanced/weight": weight}
    for name, shape in (("rows", (6,)), ("clips", (3, 4))):
        logits = torch.randn((*shape, 5), generator=generator).double().requires_grad_()
        target = torch.randint(-1, 5, shape, generator=generator)
        loss = criterion(logits, target)
        (grad,) = torch.autograd.grad(loss.mean(), logits)
        tensors |= {f"balanced/{name}/logits": logits, f"balanced/{name}/target": target,
                    f"balanced/{name}/loss": loss, f"balanced/{name}/grad": grad}


def spread_classes(original, tensors, generator):
    """`KLDiv` over the lowest, the middle and the highest classes, as its comment selects them."""
    inp = torch.randn((3, 12), generator=generator).double().requires_grad_()
    tgt = (torch.randn((3, 12), generator=generator).double() * 10).requires_grad_()
    n, k = 12, 3
    order = torch.argsort(tgt)
    index = torch.cat([order[:, :k], order[:, int((n - k) / 2):int((n + k) / 2)],
                       order[:, n - k:n]], dim=-1)
    loss = original.ops.KLDiv("cpu")(inp.gather(1, index), tgt.gather(1, index))
    grads = torch.autograd.grad(loss.mean(), (inp, tgt))
    tensors |= {"spread/student": inp, "spread/teacher": tgt, "spread/mean": loss.mean().reshape(1),
                "spread/grad_student": grads[0], "spread/grad_teacher": grads[1]}


def teachers(original, tensors, generator):
    """Several teachers as the comments of `Basic` mix them, with torch's own attention."""
    width, heads, count, classes = 8, 2, 3, 5
    for name, teacher_width in (("same", width), ("other", 6)):
        torch.manual_seed(teacher_width)
        attention = torch.nn.MultiheadAttention(
            width, heads, kdim=teacher_width, vdim=teacher_width)
        query, key = ((attention.q_proj_weight, attention.k_proj_weight)
                      if attention.in_proj_weight is None
                      else attention.in_proj_weight.chunk(3)[:2])
        assert not attention.in_proj_bias.any()
        tensors |= {f"teachers/{name}/query": query.t(), f"teachers/{name}/key": key.t()}
        attention = attention.double()
        feature = torch.randn((4, width), generator=generator).double().requires_grad_()
        logits = torch.randn((4, classes), generator=generator).double().requires_grad_()
        theirs = torch.randn((4, count, teacher_width), generator=generator).double() * 3
        predicted = torch.randn((4, count, classes), generator=generator).double() * 10
        keys = theirs.transpose(0, 1)
        _, weights = attention(feature.unsqueeze(1).transpose(0, 1), keys, keys)
        mixed = (predicted * weights.transpose(1, 2)).sum(1)
        loss = original.ops.KLDiv("cpu")(logits, mixed)
        grads = torch.autograd.grad(loss.mean(), (feature, logits))
        tensors |= {f"teachers/{name}/feature": feature, f"teachers/{name}/logits": logits,
                    f"teachers/{name}/features": theirs, f"teachers/{name}/predicted": predicted,
                    f"teachers/{name}/mixed": mixed, f"teachers/{name}/loss": loss,
                    f"teachers/{name}/grad_feature": grads[0],
                    f"teachers/{name}/grad_logits": grads[1]}


def loss_cases(original):
    generator, tensors = torch.Generator().manual_seed(4), {}
    for part in (infonce, balanced, spread_classes, teachers):
        part(original, tensors, generator)
    return tensors, None


def main():
    args = common.begin(__doc__)
    original = student.import_original(args.avt)
    from loss_fn import multidim_xentropy, simclr_infonce
    original.nce, original.entropy = simclr_infonce, multidim_xentropy
    multidim_xentropy.QuantizeAndCrossEntropy.centroids = property(
        lambda loss: loss.assigner.centroids)
    for name, case in CASES.items():
        common.write(args.out / f"head_{name}.safetensors", *head_case(original, name, case))
    common.write(args.out / "head_losses.safetensors", *loss_cases(original))


if __name__ == "__main__":
    main()
