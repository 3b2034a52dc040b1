#!/usr/bin/env python3
"""Writes tests/parity/fixtures/analysis.json and the small files of tests/fixtures/analysis.

    scripts/parity_analysis.py --study STUDY --notebook logit_analysis.ipynb --external ANNOTATIONS

What the study's scripts make of stored predictions: `read_results` and `extract_preds` of
`student/helpers/metrics_multiple.py` on a small results file with repeated samples; `get_top_k_acc` of
`ek55_verb_noun/verb_action_acc.py` and of EGTEA's, and `compute_epic_metrics` of the notebook (it needs
sklearn), on every `STEP`th segment of the public annotations of EK55 and EGTEA with the scores of
`parity_metrics.py`, which are not random so that the test can make them again, and have no ties: of
equal scores `argpartition` takes any.

The small files hold one set of predictions in every form that is read: `results.h5`, `results.pth`,
`student.pickle` (what `extract_preds` keeps), `teacher.pickle` (a dict a segment).
"""
import contextlib
import importlib.util
import io
import json
import pickle
import tempfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import torch

import parity_common as common
from parity_metrics import scores

STEP = 5
SMALL = Path(__file__).resolve().parent.parent / "tests/fixtures/analysis"


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem + path.parent.name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notebook_metrics(notebook):
    """`compute_epic_metrics`, as the notebook's first cell of that name defines it."""
    cells = json.loads(notebook.read_text())["cells"]
    source = next(text for cell in cells if cell["cell_type"] == "code"
                  for text in ["".join(cell["source"])] if "def compute_epic_metrics" in text)
    from sklearn.metrics import confusion_matrix
    space = {"np": np, "pickle": pickle, "confusion_matrix": confusion_matrix}
    exec(compile(source, str(notebook), "exec"), space)

    def run(predictions, many_shot, teacher):
        space["many_shot_labels"] = many_shot
        with tempfile.NamedTemporaryFile(suffix=".pkl") as file:
            file.write(pickle.dumps(predictions))
            file.flush()
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                found, _ = space["compute_epic_metrics"](path=file.name, teacher=teacher)
        line = next(line for line in said.getvalue().splitlines() if line.startswith("Top 1"))
        return {
            "final_acc/action/top1": 100 * found["Top_1_acc"],
            "final_acc/action/top5": 100 * found["top_5_acc"],
            "final_acc/action/AR5_manyshot_listed": 100 * found["m_shot_cm_recall"],
            "final_acc/action/top1_meanOverPresent": 100 * float(line.split(":")[1]),
        }

    return run


def real(study, run, external):
    data = external / "rulstm/RULSTM/data"
    for name, file in (("ek55", "validation.csv"), ("egtea", "validation1.csv")):
        actions = data / name / "actions.csv"
        script = load(study / f"student/helpers/{name}_verb_noun/verb_action_acc.py")
        mapping = script.get_map_to_action_class(actions)
        labels = pd.read_csv(data / name / file, header=None)[6].values[::STEP].astype(np.int64)
        logits = scores(len(labels), len(mapping), labels)
        metrics = {}
        for k in (1, 5, 10):
            found = script.get_top_k_acc(mapping, logits, labels, k)
            for label, value in zip(("final_acc/action", "decomposed/verb", "decomposed/noun"), found):
                metrics[f"{label}/top{k}"] = value
        if name == "ek55":
            # as the notebook's second cell merges them
            named = pd.read_csv(actions)
            listed = pd.read_csv(external / "epic-kitchens-55-annotations/EPIC_many_shot_actions.csv")
            many_shot = listed.merge(named, left_on=["verb_class", "noun_class"],
                                     right_on=["verb", "noun"]).id.to_numpy()
        else:
            many_shot = np.arange(len(mapping))
        student = {"logits": logits, "target": labels}
        teacher = [{"uid": i, "logit_action": row, "target": label}
                   for i, (row, label) in enumerate(zip(logits, labels))]
        metrics |= run(student, many_shot, teacher=False)
        assert metrics | run(teacher, many_shot, teacher=True) == metrics
        if name == "egtea":  # it lists no many-shot actions; of all classes this is another metric
            metrics["final_acc/action/AR5"] = metrics.pop("final_acc/action/AR5_manyshot_listed")
        yield {"name": name, "rows": len(labels),
               "metrics": {key: float(value) for key, value in metrics.items()}}


def small(study):
    """One set of predictions in every form, and what the original reads of it."""
    helper = load(study / "student/helpers/metrics_multiple.py")
    rng = np.random.default_rng(8)
    idx = np.array([3, 0, 2, 1, 3, 4, 0, 5, 6, 6, 6, 2])
    uids, targets = 100 + 7 * idx, (5 * idx + 2) % 6
    logits = rng.normal(size=(len(idx), 6)).astype(np.float32)
    SMALL.mkdir(parents=True, exist_ok=True)
    h5 = SMALL / "results.h5"
    h5.unlink(missing_ok=True)
    with h5py.File(h5, "w") as out:
        for key, values in (("idx", idx), ("uid", uids), ("logits/action", logits),
                            ("target/action", targets), ("epoch", np.full(3, 7.0))):
            out.create_dataset(key, data=values, chunks=True, compression="gzip",
                               maxshape=(None, *values.shape[1:]))
    torch.save({"idx": torch.tensor(idx), "uid": torch.tensor(uids), "epoch": 7.0,
                "logits/action": torch.tensor(logits), "target/action": torch.tensor(targets)},
               SMALL / "results.pth")
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "0.h5").write_bytes(h5.read_bytes())
        read = helper.read_results(directory)
    preds = helper.extract_preds(read)
    (SMALL / "student.pickle").write_bytes(pickle.dumps(preds))
    teacher = [{"uid": int(uid), "logit_action": torch.tensor(row, dtype=torch.float32)[None],
                "target": int(target), "history": [[1, 2]]}
               for uid, row, target in zip(preds["uid"], preds["logits"], preds["target"])]
    (SMALL / "teacher.pickle").write_bytes(pickle.dumps(teacher))
    return {"uid": preds["uid"].astype(int).tolist(), "target": preds["target"].astype(int).tolist(),
            "logits": preds["logits"].tolist()}


def main():
    args = common.begin(__doc__, avt=None, study="checkout of the study (student/, teacher/)",
                        notebook="its logit_analysis.ipynb", external="the public annotation files")
    run = notebook_metrics(args.notebook)
    fixture = {"step": STEP, "small": small(args.study),
               "real": list(real(args.study, run, args.external))}
    path = args.out / "analysis.json"
    path.write_text(json.dumps(fixture, indent=1) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
