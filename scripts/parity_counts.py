#!/usr/bin/env python3
"""Writes tests/conf/full_size.json: how large the original's models are at full size.

    pip install hydra-core==1.3.8 && scripts/parity_counts.py --fork FORK --avt AVT --rulstm RULSTM

FORK is a checkout of the distillation fork of AVT (`student/AVT-main`), AVT one of
github.com/facebookresearch/AVT, whose recipes are the expts/*.txt, and RULSTM the folder of that name
in github.com/fpv-iplab/rulstm. Needs torch, torchvision, timm, transformers and hydra-core.

Each recipe is composed over AVT's own conf/, the original's BaseModel is built from it on the meta
device (names and shapes without memory), and its parameters are counted. `hash` is the SHA-256 of
the sorted lines `name shape` of parameters and buffers, without the masks that some versions of
transformers store and the counters of batch norm.
"""
import argparse
import hashlib
import json
import os
import sys
import tempfile
import types
from pathlib import Path

import torch

import conf_against_avt
import parity_student

OUT = Path(__file__).resolve().parent.parent / "tests" / "conf" / "full_size.json"

# Classes as the data sets define them. `ids` of EGTEA: distinct ones among the actions.
CLASSES = {
    "epic_kitchens": {"action": 2513, "verb": 125, "noun": 352},
    "epic_kitchens100": {"action": 3806, "verb": 97, "noun": 300},
    "egtea": {"action": 106, "verb": 19, "noun": 51},
    "dundee50salads": {"action": 19},
}
# The data set that our names of recipes begin with.
DATA_SETS = {"ek55": "epic_kitchens", "ek100": "epic_kitchens100", "egtea": "egtea",
             "50salads": "dundee50salads"}
NOT_COUNTED = ("attn.masked_bias", "num_batches_tracked")


def build(original, cfg, classes):
    """The original's model on the meta device, and its dropped arrays."""
    counts = {"action": classes["action"]}  # every recipe's label_type is `action`
    maps = {(label, "action"): torch.zeros(classes["action"], classes[label])
            for label in ("verb", "noun") if label in classes}
    with torch.device("meta"):
        return original.model.BaseModel(cfg, counts, maps)


def shapes(model):
    arrays = {name: list(value.shape) for name, value in model.state_dict().items()}
    return {name: shape for name, shape in arrays.items()
            if not name.endswith(NOT_COUNTED) and not is_mask(name)}


def is_mask(name):
    return ".gpt_model.h." in name and name.endswith(".attn.bias")


def measured(model, classes):
    lines = sorted(f"{name} {shape}" for name, shape in shapes(model).items())
    return {"parameters": sum(p.numel() for p in model.parameters()), "arrays": len(lines),
            "hash": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
            "classes": [[label, classes[label]] for label in ("action", "verb", "noun")
                        if label in classes]}


def rulstm_modules(original, rulstm):
    """`external.rulstm.RULSTM.models`, which the aggregator inherits from."""
    parity_student.load("external.rulstm.RULSTM.models", rulstm / "models.py")
    from models import temporal_aggregation
    from external.rulstm.RULSTM.models import RULSTM
    if temporal_aggregation.RULSTM is not RULSTM:  # imported before it could be found
        parity_student.load("models.temporal_aggregation", temporal_aggregation.__file__)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--fork", type=Path, required=True)
    parser.add_argument("--avt", type=Path, required=True)
    parser.add_argument("--rulstm", type=Path, required=True)
    args = parser.parse_args()
    avt = args.avt.resolve()
    sys.modules["pretrainedmodels"] = types.ModuleType("pretrainedmodels")  # no recipe uses it
    sys.modules["pretrainedmodels"].bninception = None
    original = parity_student.import_original(args.fork.resolve())
    rulstm_modules(original, args.rulstm.resolve())
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        conf_against_avt.avt_tree(avt, scratch)
        for file in sorted((avt / "expts").glob("*.txt")):
            name = conf_against_avt.NAMES.get(file.stem, file.stem[3:])
            overrides = conf_against_avt.overrides_of(file)
            cfg = conf_against_avt.job(Path(scratch) / "conf", overrides, "1.1")
            classes = CLASSES[DATA_SETS[name.split("_")[0]]]
            found[name] = measured(build(original, cfg.model, classes), classes)
            print(f"{name}: {found[name]['parameters']:,} parameters", flush=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
