"""Writes the pickles of tests/fixtures/pickle.

    python scripts/pickle_fixtures.py frames    with any pandas: frames named after its version
    python scripts/pickle_fixtures.py arrays    with any numpy: arrays named after its version
    python scripts/pickle_fixtures.py tensors teachers hostile    with torch
    python scripts/pickle_fixtures.py histories    with any numpy

The committed ones were written by pandas 0.22.0, 0.25.3, 1.1.5, 1.2.5, 1.3.5, 1.5.3, 2.0.3, 2.2.3
and 3.1.1 (each with the numpy of its time) and by torch 2.9.0. Runs on Python 3.6 and later.
"""

import collections
import datetime
import os
import pickle
import sys

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "fixtures", "pickle")


def write(name, value, protocol):
    with open(os.path.join(OUT, name), "wb") as out:
        pickle.dump(value, out, protocol)


def frames():
    import numpy as np
    import pandas as pd

    tag = "pandas-%s" % pd.__version__
    plain = pd.DataFrame(
        collections.OrderedDict(
            [
                ("video_id", ["P01_01", "P01_02", u"caf\u00e9"]),
                ("start_frame", [1, -2, 3]),
                ("score", [0.5, np.nan, -1.25]),
                ("flag", [True, False, True]),
                ("narration", ["open door", None, ""]),
                ("stop_frame", np.array([7, 8, 9], dtype="int32")),
                ("when", pd.to_datetime(["2018-01-02 03:04:05.250", None, "1969-12-31 00:00:00.000"])),
                ("all_nouns", [["door"], [], ["pan", "lid"]]),
                ("kind", pd.Categorical(["b", "a", None])),
            ]
        ),
        index=pd.Index([10, 20, 30], name="uid"),
    )
    write(tag + "-plain.pkl", plain, 2)
    write(tag + "-newest.pkl", plain, pickle.HIGHEST_PROTOCOL)
    text = plain[["video_id", "start_frame"]].reset_index(drop=True)
    write(tag + "-range.pkl", text, 2)
    text.index = pd.Index(["P01_1", "P01_2", "P01_3"], name="narration_id")
    write(tag + "-text.pkl", text, 0)
    if int(pd.__version__.split(".")[0]) >= 1:
        nullable = pd.DataFrame(
            {
                "count": pd.array([1, None, 3], dtype="Int64"),
                "known": pd.array([True, None, False], dtype="boolean"),
                "name": pd.array(["a", None, "c"], dtype="string"),
            }
        )
        write(tag + "-nullable.pkl", nullable, 4)
        zoned = pd.DataFrame({"when": pd.to_datetime(["2020-01-01"]).tz_localize("UTC")})
        write(tag + "-zoned.pkl", zoned, 4)


def arrays():
    import numpy as np

    tag = "numpy-%s" % np.__version__
    grid = np.arange(6).reshape(2, 3)
    values = collections.OrderedDict(
        [
            ("rows", grid.astype("<f4")),
            ("columns", np.asfortranarray(grid.astype("<f8"))),
            ("big", grid.astype(">i2")),
            ("half", np.array([0.5, -2.0, 65504.0], dtype="f2")),
            ("unsigned", np.array([0, 255], dtype="u1")),
            ("bools", np.array([True, False])),
            ("texts", np.array(["P01", "caf\u00e9"])),
            ("bytes", np.array([b"ab", b"c"])),
            ("objects", np.array([["a", None], [1, 2.5]], dtype=object, order="F")),
            ("times", np.array(["2018-01-02", "NaT"], dtype="M8[s]")),
            ("record", np.array([(1, 0.5), (2, 1.5)], dtype=[("id", "<i4"), ("score", ">f8")])),
            ("scalar", np.float64(0.25)),
            ("integer", np.int64(-7)),
            ("empty", np.zeros((0, 3), dtype="f4")),
            ("point", np.array(3.0)),
        ]
    )
    write(tag + "-2.pkl", values, 2)
    write(tag + "-newest.pkl", values, pickle.HIGHEST_PROTOCOL)
    write(tag + "-complex.pkl", np.array([1j]), 2)


def tensors():
    import numpy as np
    import torch

    base = torch.arange(12.0).reshape(3, 4) / 8
    model = collections.OrderedDict(
        [
            ("layer.weight", torch.nn.Parameter(base)),
            ("layer.tied", base[1:]),
            ("layer.transposed", base.t()),
            ("double", torch.tensor([0.1], dtype=torch.float64)),
            ("half", base[0].half()),
            ("bfloat", base[0].bfloat16()),
            ("long", torch.tensor([[1, -2]])),
            ("int", torch.tensor([3, -4], dtype=torch.int32)),
            ("byte", torch.tensor([255], dtype=torch.uint8)),
            ("bool", torch.tensor([True, False])),
            ("scalar", torch.tensor(7)),
            ("empty", torch.zeros(0, 4)),
        ]
    )
    state = {0: {"momentum_buffer": base * 2}, 1: {"momentum_buffer": None}}
    optimizer = {"state": state, "param_groups": [{"lr": 0.125, "params": [0, 1]}]}
    checkpoint = {"model": model, "optimizer": optimizer, "epoch": 3, "note": "fixture"}
    checkpoint["array"] = np.array([[1.5, 2.5]])
    checkpoint["started"] = datetime.date(2020, 1, 2)
    torch.save(checkpoint, os.path.join(OUT, "torch-zip.pt"))
    legacy = os.path.join(OUT, "torch-legacy.pt")
    torch.save(checkpoint, legacy, _use_new_zipfile_serialization=False)
    write("torch-pickled.pkl", checkpoint, 2)
    parts = [("quantised", torch.quantize_per_tensor(base, 0.1, 0, torch.quint8))]
    parts += [("sparse", base.to_sparse()), ("complex", torch.tensor([1j]))]
    for name, tensor in parts:
        torch.save({"w": tensor}, os.path.join(OUT, "torch-%s.pt" % name))
    script = torch.jit.script(torch.nn.Linear(1, 1))
    script.save(os.path.join(OUT, "torch-script.pt"))


def teachers():
    """The two forms of the study: 3 segments, 4 classes, features of 2 elements, 2 teachers."""
    import numpy as np
    import torch

    def column(*shape):
        count = int(np.prod(shape))
        return (np.arange(count, dtype="f4").reshape(shape) - count / 2) / 4

    rows = []
    for row, uid in enumerate([330, 331, np.int64(332)]):
        row = {
            "uid": uid,
            "action_history": ["take pan", "open door"],
            "target": {"verb": 1, "noun": 2},
            "logit_action": column(4, 1) + row,
            "LM_feat": column(2, 1) - row,
            "logit_action_mean": column(4, 1) + 10 * row,
            "logit_action_maxpool": column(4, 1) + 100 * row,
        }
        rows.append(row)
    write("teacher-list.pkl", rows, 4)
    write("teacher-single.pkl", {r["uid"]: torch.from_numpy(r["logit_action"]).squeeze() for r in rows}, 2)
    write("teacher-features.pkl", {r["uid"]: torch.from_numpy(r["LM_feat"]).squeeze() for r in rows}, 2)
    stacked = {int(r["uid"]): torch.from_numpy(column(2, 4) + i) for i, r in enumerate(rows)}
    write("teacher-stacked.pkl", stacked, 2)
    features = {int(r["uid"]): torch.from_numpy(column(2, 2) + i) for i, r in enumerate(rows)}
    write("teacher-stacked-features.pkl", features, 2)
    write("teacher-ensemble.pkl", [dict(r, logit_action=column(2, 4, 1), LM_feat=column(2, 2, 1)) for r in rows], 4)
    write("teacher-texts.pkl", {"00330": torch.zeros(4), "00331": torch.ones(4)}, 2)
    write("teacher-histories.pkl", {"3_17_4": torch.zeros(4), "": torch.ones(4)}, 2)
    write("teacher-ragged.pkl", {330: torch.zeros(4), 331: torch.zeros(5)}, 2)
    write("teacher-no-uid.pkl", [{"logit_action": column(4, 1)}], 4)
    write("teacher-no-logits.pkl", [{"uid": 330}], 4)
    write("teacher-mixed-uids.pkl", {330: torch.zeros(4), "00331": torch.ones(4)}, 2)
    write("teacher-float-uids.pkl", {330.0: torch.zeros(4)}, 2)
    write("teacher-nan.pkl", {330: torch.zeros(4), 331: torch.tensor([0.0, 0.0, float("nan"), 0.0])}, 2)
    write("teacher-cube.pkl", {330: torch.zeros(2, 3, 4)}, 2)
    write("teacher-empty.pkl", {}, 2)
    gaps = [dict(row) for row in rows]
    del gaps[1]["LM_feat"]
    write("teacher-feature-gap.pkl", gaps, 4)


def histories():
    """What a segment may have before it: several pasts, none, an empty one; numbers of numpy."""
    import numpy as np

    write("histories.pkl", [
        {"uid": 1, "history": [[4, 7, 4], [7, -1, 4, 2]], "target": 3},
        {"uid": np.int64(0), "history": [[np.int64(5)], np.array([1, 2])], "target": np.int64(9)},
        {"uid": 2, "history": [], "target": 1},
        {"uid": 3, "history": [[]], "target": -1},
    ], 4)


class Shell(object):
    def __reduce__(self):
        return (os.system, ("touch pickle-was-executed",))


class Evaluated(object):
    def __reduce__(self):
        return (eval, ("__import__('os').system('touch pickle-was-executed')",))


def hostile():
    import torch

    write("hostile-system.pkl", Shell(), 2)
    write("hostile-eval.pkl", {"model": {"w": Evaluated()}}, 4)
    write("hostile-teacher.pkl", [{"uid": 1, "logit_action": Shell()}], 2)
    torch.save({"w": Shell()}, os.path.join(OUT, "hostile-torch.pt"))


JOBS = {f.__name__: f for f in [frames, arrays, tensors, teachers, histories, hostile]}


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    for job in sys.argv[1:]:
        JOBS[job]()
