#!/usr/bin/env python3
"""Writes tests/parity/fixtures/errors.json: what the original's notebook makes of three models.

    scripts/parity_errors.py --notebook DIRECTORY/OF/THE/NOTEBOOK --external PATH/TO/ANNOTATIONS

Cells 2, 11 to 16, 25 and 26 of `logit_analysis.ipynb` run as they are, in a directory laid out as
they expect it, on the public validation segments of EK55. The scores are those of `scores`, which the
test has as well; histories are made here from the annotations. `--keep DIR` leaves the three pickles,
for `runner analyze errors` to read.
"""
import argparse
import hashlib
import json
import os
import pickle
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import torch

FIXTURES = Path(__file__).resolve().parent.parent / "tests/parity/fixtures"
PRIME = 65521
FACTORS = [48271, 16807, 40692]
CORRELATED = 400  # segments whose scores are correlated
EVERY = 40  # of the many-shot labels, these
GROUPS = ["base_w_teach_c_distil_c", "base_w_teach_c_distil_w", "base_w_teach_w_distil_w",
          "base_c_teach_w_distil_w"]


def scores(model, targets, classes):
    """Exact in any language: eleventh powers modulo a prime, no two of a row equal. The true class is
    far ahead in every other row of the first model, in every other two of the second, ..."""
    rows = np.arange(len(targets), dtype=np.int64)
    numbers = rows[:, None] * classes + np.arange(classes, dtype=np.int64)[None, :]
    one = numbers % PRIME * FACTORS[model] % PRIME
    two = one * one % PRIME
    eight = np.square(np.square(two) % PRIME) % PRIME
    table = eight * two % PRIME * one % PRIME / 4096
    ahead = rows >> model & 1 == 0
    table[rows[ahead], targets[ahead]] += 16
    return table


def histories(frame):
    """The last five actions of the video that began before each segment, and their uids."""
    for row in frame.itertuples():
        past = frame[(frame.video == row.video) & (frame.start < row.start)]
        past = past.sort_values("start", kind="stable").tail(5)
        yield list(past.action), list(past.uid)


def lay_out(root, external, frame, classes):
    """The files that the cells read, where they read them."""
    rulstm = external / "rulstm/RULSTM/data/ek55"
    epic = external / "epic-kitchens-55-annotations"
    data = root / "data/epic55_action_seq"
    for folder in [data, root / "logit_analysis/EK55", root / "logit_analysis/distillation",
                   root / "teacher_pred/epic_55_3", root / "examples", root / "code",
                   root / "epic/epic-kitchens-55-annotations-master"]:
        folder.mkdir(parents=True)
    shutil.copy(rulstm / "actions.csv", data / "actions.csv")
    shutil.copy(epic / "EPIC_many_shot_actions.csv", data / "EPIC_many_shot_action.csv")
    shutil.copy(epic / "EPIC_train_action_labels.csv",
                root / "epic/epic-kitchens-55-annotations-master/EPIC_train_action_labels.csv")
    uids, targets = frame.uid.to_numpy(), frame.action.to_numpy()
    past = [{"uid": uid, "history": [labels], "uid_history": [names], "target": target}
            for uid, target, (labels, names) in zip(uids, targets, histories(frame))]
    teacher, baseline, distilled = (scores(model, targets, classes) for model in range(3))
    students = [{"uid": uids, "logits": logits, "target": targets} for logits in (baseline, distilled)]
    said = [{"uid": uid, "logit_action": row.reshape(1, -1), "target": target}
            for uid, row, target in zip(uids, teacher, targets)]
    files = {
        data / "action_segments_val_ek55_complete_hist_with_uid.pickle": past,
        root / "teacher_pred/epic_55_3/alberta_E_7_B_16_T_False_W_False_chpk_1MRecipe_MT_True_hL_5.pkl":
            said,
        root / "logit_analysis/EK55/baseline1_preds.pickle": students[0],
        root / "logit_analysis/distillation/pretrained_alberta_kldiv_top50_wt20_t5_preds.pickle":
            students[1],
    }
    for path, value in files.items():
        path.write_bytes(pickle.dumps(value))
    return list(files)[1:], distilled


def line(row):
    """A segment as the test writes it."""
    strip = lambda names: [name.strip() for name in names]
    parts = [row.error_type, int(row.query_uid), row.target_txt.strip(), strip(row.label_history),
             [int(uid) for uid in row.uid_history], strip(row.pred_teacher_top5_txt),
             strip(row.pred_avt_top5_txt), strip(row.pred_avt_plus_teacher_top5_txt)]
    return json.dumps(parts, separators=(",", ":"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--notebook", type=Path, required=True, help="folder of logit_analysis.ipynb")
    parser.add_argument("--external", type=Path, required=True, help="public annotations")
    parser.add_argument("--out", type=Path, default=FIXTURES, help="where the fixture goes")
    parser.add_argument("--keep", type=Path, help="where the pickles go")
    args = parser.parse_args()
    cells = json.loads((args.notebook / "logit_analysis.ipynb").read_text())["cells"]
    source = lambda number: "".join(cells[number]["source"])
    external = args.external.resolve()
    frame = pd.read_csv(external / "rulstm/RULSTM/data/ek55/validation.csv", header=None,
                        skipinitialspace=True,
                        names=["uid", "video", "start", "end", "verb", "noun", "action"])
    classes = len(pd.read_csv(external / "rulstm/RULSTM/data/ek55/actions.csv"))
    here = Path.cwd()
    out, keep = args.out.resolve(), args.keep and args.keep.resolve()
    with tempfile.TemporaryDirectory() as root:
        pickles, distilled = lay_out(Path(root), external, frame, classes)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            for path, name in zip(pickles, ["teacher.pkl", "baseline.pickle", "distilled.pickle"]):
                shutil.copy(path, keep / name)
        os.chdir(Path(root) / "code")
        space = {"np": np, "pd": pd, "torch": torch, "pickle": pickle, "os": os}
        warnings.simplefilter("ignore")
        for number in [2, 11, 12, 13, 14, 15, 16]:
            exec(source(number), space)
        space["logit"] = distilled[:CORRELATED]
        (Path(root) / "logit_analysis").mkdir(exist_ok=True)
        exec(source(25), space)
        exec(source(26), space)
        os.chdir(here)
    groups = {}
    for name in GROUPS:
        group = space[f"epic_pred_df_{name}"]
        lines = sorted(line(row) for row in group.itertuples())
        uids = sorted(int(uid) for uid in group.query_uid)
        groups[name] = {
            "segments": len(group),
            "first": uids[:3],
            "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        }
    ids = list(space["labels_mapping_manyshot"])
    names = [label["label"] for label in space["labels_mapping"].values()]
    correlations = []
    for at in range(0, len(ids), EVERY):
        of, said = ids[at], space["corr_analysis_dict"][at]["correlated_labels"]
        others = [names.index(name) for name in said]
        values = [float(space["logit_corr"][of, other]) for other in others]
        correlations.append({"class": int(of), "correlated": others, "values": values})
    fixture = {"segments": len(frame), "groups": groups, "many_shot": len(ids),
               "correlations": correlations}
    (out / "errors.json").write_text(json.dumps(fixture, indent=1) + "\n")


if __name__ == "__main__":
    main()
