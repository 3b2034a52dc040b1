#!/usr/bin/env python3
"""Writes tests/parity/fixtures/final_metrics.json: what the original's notebook makes of scores.

    scripts/parity_metrics.py --avt AVT --rulstm RULSTM --external PATH/TO/ANNOTATIONS

`compute_accuracy` runs on a table of odd inputs, and `get_epic_marginalize_verb_noun` with the
original's `EPICKitchens` on the public annotation files of EK55, EK100 and EGTEA, on every `STEP`th
segment, with scores that a few lines of arithmetic give (`scores`; the test has them as well).
Verbs, nouns, tail and unseen segments come from the lists in those files.
"""
import json
import logging
import os
import sys
import tempfile
import types
import warnings

import numpy as np
import pandas as pd
import scipy.special

import parity_common as common
from parity_student import ABSENT, Absent, load

STEP = 5
NAMES = ["top1", "top5", "AR5", "top1_meanOverClasses"]
# The notebook's names of what is reported, by ours.
REPORTED = {"top1": "{}top1", "top5": "{}top5", "top1_meanOverClasses": "{}top1_meancls",
            "AR5": "{}rec5", "AR5_manyshot": "{}rec5_ms", "AR5_tail": "{}rec5_tail",
            "AR5_unseen": "{}rec5_unseen"}


def import_original(avt, rulstm):
    wanted = {"pandas", "numpy", "scipy", "scipy.special", "h5py", "lmdb", "tqdm"}
    for name in [*ABSENT, "common", "common.utils", "hydra", "hydra.types", "torchvision"]:
        if name not in wanted and not name.startswith("datasets"):
            sys.modules[name] = Absent(name)
    read_csv = pd.read_csv

    def squeezing(*args, squeeze=False, **kwargs):  # gone since pandas 2
        frame = read_csv(*args, **kwargs)
        return frame.squeeze("columns") if squeeze else frame

    pd.read_csv = squeezing
    datasets = sys.modules["datasets"] = types.ModuleType("datasets")
    datasets.__path__ = [str(avt / "datasets")]
    for module in ("reader_fns", "base_video_dataset", "epic_kitchens"):
        loaded = load(f"datasets.{module}", avt / f"datasets/{module}.py")
        setattr(datasets, module, loaded)
    load("external.rulstm.RULSTM.utils", rulstm / "RULSTM/utils.py")
    nb = load("notebooks.utils", avt / "notebooks/utils.py")
    nb.softmax = scipy.special.softmax
    return nb, datasets.epic_kitchens.EPICKitchens


def scores(rows, classes, labels):
    """Scores in single precision, exact in any language: `(i * 48271 mod 65521) / 4096` for the
    `i`th of all, and 4 and half a step more for the class of the row and of the row before: no two
    scores of a row are equal."""
    numbers = np.arange(rows * classes, dtype=np.int64).reshape(rows, classes)
    values = ((numbers * 48271 % 65521) / 4096).astype(np.float32)
    for row, label in enumerate(labels):
        for of in (label, labels[row - 1] if row else -1):
            if of >= 0:
                values[row, of] += 4 + 1 / 8192
    return values


def number(value):
    return None if np.isnan(value) else float(value)


def odd_cases():
    """Name, scores, labels, classes that are kept (None: all)."""
    rng = np.random.default_rng(5)
    plain = rng.permuted(np.tile(np.arange(8.0), (20, 1)), axis=1)
    labels = rng.integers(0, 7, 20)
    gaps = np.where(np.arange(20) % 3 == 1, -1, labels)
    nan = plain.copy()
    nan[4, 3] = np.nan
    return [
        ("plain", plain, labels, None),
        ("many_shot", plain, labels, [1, 4, 5]),
        ("many_shot_absent", plain, labels, [7]),
        ("one_class", plain, np.full(20, 2), None),
        ("one_row", plain[:1], labels[:1], None),
        ("no_row", plain[:0], labels[:0], None),
        ("last_class_absent", plain, np.minimum(labels, 3), None),
        ("not_a_number", nan, labels, None),
        ("infinite", np.where(plain == 0, -np.inf, plain), labels, None),
        ("unlabelled", plain, gaps, None),
        ("no_label", plain, np.full(20, -1), None),
        ("ties", np.zeros((20, 8)), labels, None),
        ("four_classes", plain[:, :4], np.minimum(labels, 3), None),
    ]


def odd(nb):
    for name, values, labels, kept in odd_cases():
        classes = None if kept is None else {str(c): c for c in kept}
        values = values.astype(np.float32)
        row = {"name": name, "classes": values.shape[1], "kept": kept,
               "scores": [str(v) for v in values.flatten()], "labels": labels.tolist()}
        try:
            top1, top5, ar5, mean, _ = nb.compute_accuracy(values, labels, classes)
            row |= dict(zip(NAMES, map(number, (top1, top5, ar5, mean))))
        except Exception as error:  # what it cannot do is part of the table
            row["error"] = type(error).__name__
        yield row


def dataset(of, version, annotations, actions, directory=None, rulstm=None, egtea=False):
    """The original's data set as far as metrics read it; `__init__` would look for videos."""
    data = object.__new__(of)
    data.version, data.label_type = version, ["action"]
    data.annotation_dir, data.rulstm_annotation_dir = directory, rulstm
    read = of._load_action_classes_egtea if egtea else of._load_action_classes
    data.action_classes, data.verb_noun_to_action = read(actions)
    names = "EPIC_100" if version == 0.2 else "EPIC"
    for kind in ("verb", "noun"):
        path = None if egtea else directory / f"{names}_{kind}_classes.csv"
        setattr(data, f"{kind}_classes", [] if egtea else data._load_class_names(path))
    frame = data._load_df(str(annotations))
    if "action_class" not in frame:
        pairs = zip(frame.verb_class, frame.noun_class)
        frame["action_class"] = [data.verb_noun_to_action.get(pair, -1) for pair in pairs]
    data.df = frame.iloc[::STEP].reset_index(drop=True)
    return data


def real(nb, of, external):
    rulstm, ek55, ek100 = (external / "rulstm/RULSTM/data", external / "epic-kitchens-55-annotations",
                           external / "epic-kitchens-100-annotations")
    sets = {
        "ek55": dataset(of, 0.1, rulstm / "ek55/validation.csv", rulstm / "ek55/actions.csv", ek55),
        "ek100": dataset(of, 0.2, ek100 / "EPIC_100_validation.pkl", rulstm / "ek100/actions.csv",
                         ek100, rulstm / "ek100"),
        "egtea": dataset(of, -1, rulstm / "egtea/validation1.csv", rulstm / "egtea/actions.csv",
                         egtea=True),
    }
    for name, data in sets.items():
        labels = data.df.action_class.values
        logits = scores(len(labels), len(data.action_classes), labels)
        nb.read_results = lambda *_, logits=logits, **__: {"logits/action": logits.astype(float)}
        nb.get_dataset = lambda *_, data=data, **__: data
        found, _, _ = nb.get_epic_marginalize_verb_noun(("", 0))
        yield {"name": name, "rows": len(labels), "metrics": {
            f"final_acc/{label}/{ours}": number(found[theirs.format(label[0])])
            for label in ("action", "verb", "noun") for ours, theirs in REPORTED.items()
            if theirs.format(label[0]) in found}}


def main():
    args = common.begin(__doc__, rulstm="checkout of fpv-iplab/rulstm",
                        external="the public annotation files")
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.chdir(tempfile.mkdtemp())  # the original leaves a file where it raises
    nb, of = import_original(args.avt, args.rulstm)
    tables = {"odd": list(odd(nb)), "real": list(real(nb, of, args.external))}
    lines = [f'"{key}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]"
             for key, rows in tables.items()]
    path = args.out / "final_metrics.json"
    path.write_text("{" + f'"step": {STEP},\n' + ",\n".join(lines) + "}\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
