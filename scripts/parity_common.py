"""What the generators of tests/parity/fixtures have in common."""
import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

FIXTURES = Path(__file__).resolve().parent.parent / "tests/parity/fixtures"


def begin(doc, **further):
    """The command line: `--avt`, a folder for each of `further` (name to help) and `--out`.

    `avt=None` is for what has nothing to do with AVT.
    """
    parser = argparse.ArgumentParser(description=doc.split("\n")[0])
    folders = {"avt": "checkout of student/AVT-main"} | further
    for name, text in ((name, text) for name, text in folders.items() if text):
        parser.add_argument(f"--{name}", type=lambda path: Path(path).resolve(), required=True,
                            help=text)
    parser.add_argument("--out", type=Path, default=FIXTURES, help="where the fixtures go")
    args = parser.parse_args()
    torch.set_num_threads(1)  # the same sums in the same order, so the same bytes
    args.out.mkdir(parents=True, exist_ok=True)
    return args


def spread(model, generator):
    """Draws all weights (std 0.2, scales of normalisations around 1); then double precision."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator) * 0.2
            scale = (".ln_" in name or "norm" in name) and name.endswith("weight")
            value.copy_(noise + 1 if scale else noise)
    return model.double()


def run_basic(original, model, data, train):
    """Outputs, losses and accuracies of the original's `Basic` operation."""
    op = original.ops.Basic(model, torch.device("cpu"), None,
                            {"_target_": "func.train_eval_ops.BasicLossAccuracy"})
    return op(data, train_mode=train)[1:]


def weighted(losses, weights):
    return sum(weights[key] * value.mean() for key, value in losses.items())


def gradients(model):
    """The first gradient of every parameter that has one, by its name in a fixture."""
    return {f"grad/{key}": value.grad for key, value in model.named_parameters()
            if value.grad is not None}


def write(path, tensors, case):
    def exact(value):
        value = value.detach()
        return (value.float() if value.is_floating_point() else value).contiguous()

    metadata = {"case": json.dumps(case)} if case else None  # one entry: their order is random
    save_file({key: exact(value) for key, value in tensors.items()}, path, metadata)
    print(f"{path.name}: {path.stat().st_size} bytes")
