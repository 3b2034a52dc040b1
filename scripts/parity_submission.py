#!/usr/bin/env python3
"""Writes tests/parity/fixtures/submission.json: what the original's notebook submits.

    scripts/parity_submission.py --avt AVT --rulstm RULSTM

`get_struct_outputs_per_dataset` and what it calls run as they are, on scores that a line of arithmetic
gives (`scores`; the test has it as well) and on data sets that are stated here: 400 actions that are
pairs of verb and noun, segments that only one of two models has, one that is too early in its video.
"""
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import torch

import parity_common as common
from parity_metrics import import_original

ACTIONS = 400
CASES = {
    "ek55": {"version": 0.1, "verbs": 125, "nouns": 352, "uid_key": "uid",
             "segments": [[7, 8], [8, 9]], "discarded": [3], "heads": [False, False],
             "weights": 1.0, "norm": None},
    "ek100": {"version": 0.2, "verbs": 97, "nouns": 300, "uid_key": "narration_id",
              "segments": [["P01_1", "P01_2"], ["P01_2", "P01_3"]], "discarded": ["P01_0"],
              "heads": [True, False], "weights": [1.0, 0.5], "norm": 2},
}


def scores(rows, classes, seed):
    """In single precision, exact in any language; no two of a row are equal."""
    i = np.arange(rows * classes, dtype=np.int64).reshape(rows, classes)
    return ((i * 48271 + seed * 1009) % 65521 / 4096).astype(np.float32).astype(np.float64)


def pair(case, action):
    return action % case["verbs"], action * 7 % case["nouns"]


def dataset(case, uids):
    pairs = {pair(case, action): action for action in range(ACTIONS)}
    mappings = {}
    for at, (label, classes) in enumerate([("verb", case["verbs"]), ("noun", case["nouns"])]):
        matrix = torch.zeros(ACTIONS, classes)
        for classes_of, action in pairs.items():
            matrix[action, classes_of[at]] = 1.0
        mappings[label, "action"] = matrix
    return SimpleNamespace(
        df=pd.DataFrame({case["uid_key"]: uids}), class_mappings=mappings,
        discarded_df=pd.DataFrame({case["uid_key"]: case["discarded"]}),
        verb_noun_to_action=pairs, verb_classes=range(case["verbs"]),
        noun_classes=range(case["nouns"]), version=case["version"],
        challenge_type="action_anticipation")


def results(case, model):
    rows = len(case["segments"][model])
    found = {"logits/action": scores(rows, ACTIONS, model)}
    if case["heads"][model]:
        found["logits/verb"] = scores(rows, case["verbs"], model + 10)
        found["logits/noun"] = scores(rows, case["nouns"], model + 20)
    return found


def main():
    args = common.begin(__doc__, rulstm="checkout of fpv-iplab/rulstm")
    original, _ = import_original(args.avt, args.rulstm)
    # Metrics have a fixture of their own, and a test set has none.
    original.compute_accuracies_epic = lambda scores, dataset: {}
    original.print_accuracies_epic = lambda *args, **kwargs: None
    original.tqdm = lambda items, **kwargs: items
    written = {}
    for name, case in CASES.items():
        original.read_results = lambda _, model, results_dir: results(case, model)
        original.get_dataset = (
            lambda _, model, dataset_key_suffix: dataset(case, case["segments"][model]))
        written[name] = original.get_struct_outputs_per_dataset(
            [("model", 0), ("model", 1)], case["weights"], "", uid_key=case["uid_key"],
            normalize_before_combine=case["norm"])
        # The original keeps segments in the order of a set.
        written[name]["results"] = dict(sorted(written[name]["results"].items()))
    shorter = json.loads(json.dumps(written), parse_float=lambda text: round(float(text), 9))
    path = args.out / "submission.json"
    path.write_text(json.dumps(shorter, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
