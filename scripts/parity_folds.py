#!/usr/bin/env python3
"""Writes tests/parity/fixtures/folds.json: what the original reads of 50-Salads and Breakfast.

    pip install --no-deps --target OLD 'numpy==1.26.4' 'pandas==1.5.3' pytz
    PYTHONPATH=OLD scripts/parity_folds.py --avt PATH/TO/AVT

A small generated world of both data sets (lists of the folds, both styles of annotation, videos of
a second by ffmpeg for their frame rate, features) is written to a temporary directory, and the
original's own `Breakfast50Salads` reads it with its own `SenerFeatsReader`. The fixture holds the
world and, for every data set, classes, segments, what anticipation keeps, frames, times and labels.

Needs numpy before 2, whose arithmetic the original's was: there `float16` times a Python number is
a `float64`, which decides about frames. Needs torch, torchvision, hydra-core, h5py and opencv as well.

Two readers of the original give rows without the name of the list, and stop; `mended` puts it in
front. `full` takes out the cast of times to half precision.
"""
import contextlib
import gzip
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import torchvision

import parity_common as common
from parity_student import Absent

assert np.__version__ < "2", "numpy before 2 is needed, see above"

DIM = 3
PACKAGE = "datasets.breakfast_50salads."
SALADS = ["action_start", "cut_tomato", "place_tomato_into_bowl", "add_oil", "mix_dressing",
          "serve_salad_onto_plate", "action_end"]
BREAKFAST = ["SIL", "pour_cereals", "pour_milk", "stir_cereals", "take_bowl", "take_cup"]
# Lists of the folds: data set, fold, whether to learn from, entries.
FOLDS = [
    ("50s", 1, True, ["rgb-01-1", "rgb-02-1"]), ("50s", 1, False, ["rgb-13-2"]),
    ("50s", 2, True, ["rgb-02-1"]),
    ("50s", 5, True, ["rgb-13-2", "rgb-01-1"]), ("50s", 5, False, ["rgb-02-1"]),
    ("bf", 1, True, ["P03_cam01_P03_cereals", "P04_stereo01_P04_cereals"]),
    ("bf", 1, False, ["P05_stereo01_P05_cereals", "P06_webcam02_P06_cereals"]),
]
# Videos and their frame rates; of stereo cameras the second channel may be all there is.
VIDEOS = {
    "50s/rgb/rgb-01-1.avi": "30", "50s/rgb/rgb-02-1.avi": "30", "50s/rgb/rgb-13-2.avi": "30000/1001",
    "bf/videos/P03/cam01/P03_cereals.avi": "15",
    "bf/videos/P04/stereo/P04_cereals_ch0.avi": "15",
    "bf/videos/P04/stereo/P04_cereals_ch1.avi": "15",
    "bf/videos/P05/stereo/P05_cereals_ch1.avi": "15",
    "bf/videos/P06/webcam02/P06_cereals.avi": "15",
}
LENGTHS = {"rgb-01-1": 18_900, "rgb-02-1": 9_200, "rgb-13-2": 9_400}
LENGTHS |= {entry: 2_700 for name, _, _, entries in FOLDS if name == "bf" for entry in entries}
# An action of one frame ends in the first thirtieth of a second; 199 frames behind it are 198 or 199
# as the length is rounded or not.
BEGINNINGS = {"rgb-02-1": [["action_start", 1], ["cut_tomato", 199]]}
# Frames that have no features at the end of a video.
CUT = {"P04_stereo01_P04_cereals": 4}


def timestamps(frames):
    """The clock of a camera, one time a frame."""
    return [1_000 + 33 * i + i % 3 for i in range(frames)]


def generate():
    """The world: texts of files, labels of frames as runs, clocks, frame rates, features."""
    draw = random.Random(50)
    world = {"texts": {}, "runs": {}, "clocks": {}, "videos": VIDEOS, "features": {}}
    for name, classes in [("50s", SALADS), ("bf", BREAKFAST)]:
        lines = [f"{i} {name}\n" for i, name in enumerate(classes)]
        world["texts"][f"{name}/mapping.txt"] = "".join(lines)
    for name, fold, train, entries in FOLDS:
        path = f"{name}/splits/{'train' if train else 'test'}.split{fold}.bundle"
        world["texts"][path] = "#bundle.txt\n" + "".join(f"{entry}.txt\n" for entry in entries)
    for entry, frames in LENGTHS.items():
        salads = entry.startswith("rgb")
        name, classes, long = ("50s", SALADS, 1500) if salads else ("bf", BREAKFAST, 500)
        world["runs"][f"{name}/groundTruth/{entry}.txt"] = runs(
            draw, classes, frames, long, BEGINNINGS.get(entry, []))
        world["features"][f"{name}/features/{entry}"] = frames - CUT.get(entry, 0)
        if salads:
            world["clocks"][f"50s/timestamps/timestamps-{entry[4:]}.txt"] = frames
            path = f"50s/activityAnnotations/{entry[4:]}-activityAnnotation.txt"
            world["texts"][path] = activities(draw, frames)
    for path in VIDEOS:
        if path.startswith("bf"):
            world["texts"][f"{path}.labels"] = labels(draw, 2_700)
    return world


def runs(draw, classes, frames, long, beginning):
    found = list(beginning)
    frames -= sum(count for _, count in found)
    while frames > 0:
        name = draw.choice([c for c in classes if not found or c != found[-1][0]])
        found.append([name, min(frames, draw.randint(1, long))])
        frames -= found[-1][1]
    return found


def activities(draw, frames):
    """Activities in three phases, coarse ones that are left out, some that overlap."""
    clock, lines, at = timestamps(frames), [], 10
    while at + 1_500 < frames:
        name = draw.choice(SALADS[1:-1])
        lines.append((at, at + 900, draw.choice(["cut_and_mix_ingredients", "prepare_dressing"])))
        for phase in ["prep", "core", "post"]:
            end = at + draw.randint(40, 500)
            lines.append((at, end, f"{name}_{phase}"))
            at = end + draw.randint(-60, 30)
    return "".join(f"{clock[a]} {clock[b] - 1} {name}\n" for a, b, name in lines)


def labels(draw, frames):
    """Labels of Breakfast; one of them names no class."""
    at, lines = 1, []
    while at < frames:
        end = min(frames, at + draw.randint(20, 450))
        lines.append(f"{at}-{end} {draw.choice([*BREAKFAST, 'crack_egg'])}  \n")
        at = end + 1
    return "".join(lines)


def write(world, root):
    for path, text in world["texts"].items():
        put(root / path, text)
    for path, found in world["runs"].items():
        put(root / path, "".join(f"{name}\n" * count for name, count in found))
    for path, frames in world["clocks"].items():
        put(root / path, "".join(f"{t} {i}\n" for i, t in enumerate(timestamps(frames))))
    for path, rate in world["videos"].items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"color=s=16x16:r={rate}:d=1",
                        "-c:v", "mpeg4", root / path], check=True, stdin=subprocess.DEVNULL)
    for path, frames in world["features"].items():
        values = np.arange(frames, dtype=np.float32) + np.arange(DIM, dtype=np.float32)[:, None] / 4
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        np.save(root / f"{path}.npy", values)
        with gzip.open(root / f"{path}.gz", "wt") as out:
            out.writelines(" ".join(map(str, frame)) + "\n" for frame in values.T.tolist())


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def cases():
    """Data sets: where, fold, whether to learn from, annotations, features, precision, clips."""
    recipe = dict(tau_a=1.0, tau_o=20, drop_style="correct", strategy="last_clip", frames=10,
                  rate=0.5)
    short = dict(tau_a=1.0, tau_o=2.5, drop_style="full_context_in", strategy="first_clip", frames=4,
                 rate=None)
    odd = dict(tau_a=0.7, tau_o=3.3, drop_style="action_banks", strategy="center_clip", frames=5,
               rate=4.0, ratios=[0.3])
    same = dict(tau_a=-999, tau_o=1.0, drop_style="correct", strategy="last_clip", frames=6, rate=2.0,
                ratios=[1.7])
    plain = dict(tau_a=None, strategy="last_clip", frames=6, rate=None)
    for half in [True, False]:
        yield dict(data="50s", fold=1, train=True, style="abu_farha", format="npy", half=half) | recipe
        yield dict(data="50s", fold=1, train=False, style="abu_farha", format="gz", half=half) | odd
        yield dict(data="50s", fold=2, train=True, style="abu_farha", format="npy", half=half) | same
        yield dict(data="50s", fold=2, train=True, style="abu_farha", format="npy", half=half) | plain
        yield dict(data="50s", fold=5, train=True, style="orig", format="gz", half=half) | same
        yield dict(data="50s", fold=5, train=False, style="orig", format="npy", half=half) | recipe
        yield dict(data="bf", fold=1, train=True, style="abu_farha", format="gz", half=half,
                   annotated_at=15) | short
        yield dict(data="bf", fold=1, train=False, style="abu_farha", format="npy", half=half) | same
        yield dict(data="bf", fold=1, train=True, style="orig", format="npy", half=half) | odd
        yield dict(data="bf", fold=1, train=False, style="orig", format="gz", half=half) | recipe


def reader(case, root):
    """`annot_reader_fn` of a case."""
    name = {"50s": "50salads", "bf": "breakfast"}[case["data"]]
    if case["style"] == "abu_farha":
        entry = {"_target_": f"{PACKAGE}bundle_entry_to_video_fname_{name}"}
        return {"_target_": f"{PACKAGE}read_abu_farha_annotations",
                "annots_dir": str(root / case["data"] / "groundTruth"),
                "bundle_entry_to_vname_fn": entry, "frame_rate": case.get("annotated_at")}
    dirs = {"annots_dir": str(root / "50s/activityAnnotations"),
            "timestamps_dir": str(root / "50s/timestamps")}
    return {"_target_": f"{PACKAGE}read_orig_{name}_annotations"} | (dirs if name == "50salads" else {})


def open_set(original, case, root):
    data = root / case["data"]
    ahead = {"_target_": "datasets.base_video_dataset.convert_to_anticipation",
             "future_clip_ratios": case.get("ratios", [])}
    ahead |= {key: case.get(key) for key in ["tau_a", "tau_o", "drop_style"]}
    formats = {"gz": "GZFormatReader", "npy": "NPYFormatReader"}
    return original.Breakfast50Salads(
        which={"50s": "50Salads", "bf": "Breakfast"}[case["data"]],
        root=data / ("rgb" if case["data"] == "50s" else "videos"), splits_dir=data / "splits",
        classes_fpath=data / "mapping.txt", is_train=case["train"], fold=case["fold"],
        annot_reader_fn=reader(case, root), frames_per_clip=case["frames"],
        frame_rate=case["rate"], subclips_options={"num_frames": 1, "stride": 1},
        load_seg_labels=anticipates(case), sample_strategy=case["strategy"],
        transform=torchvision.transforms.Compose([]),
        reader_fn={"_target_": f"{PACKAGE}SenerFeatsReader", "feat_dir": data / "features",
                   "format_reader": {"_target_": PACKAGE + formats[case["format"]]}},
        conv_to_anticipate_fn=ahead if anticipates(case) else None)


def anticipates(case):
    """Without, the action itself is observed, and the original has no labels of frames."""
    return case["tau_a"] is not None


def expected(original, case, root):
    """What the original makes of a case."""
    rows = []
    init_df = original.init_df

    def remember(*args):
        frame = init_df(*args)
        rows.extend(frame[["video_path", "start", "end", "action_class"]].values.tolist())
        return frame

    original.init_df = remember
    data = open_set(original, case, root)
    original.init_df = init_df
    assert not data.class_mappings and data.classes_manyshot == data.classes
    futures = [[float(row[f"future_{i}_{end}"]) for end in ["start", "end"]]
               for _, row in data.df.iterrows() for i in range(len(case.get("ratios", [])))]
    exact = [[path, float(start), float(end), label] for path, start, end, label in rows]
    return case | {
        "classes": list(data.classes["action"].keys()), "metric": data.primary_metric,
        "segments": exact, "discarded": data.discarded_df.uid.tolist() if anticipates(case) else [],
        "futures": futures, "samples": [sample(data[i]) for i in range(len(data))],
    }


def sample(item):
    video, dim = item["video"], item["video"].shape[1]
    assert dim == DIM and video.shape[2:] == (1, 1, 1)  # clips, C, T, H, W
    assert ((video - video[:, :1])[:, :, 0, 0, 0] * 4 == video.new_tensor(range(DIM))).all()
    labels = item.get("target_subclips")
    times = item["video_frame_sec"].flatten().numpy()
    return [int(item["uid"]), float(item["start"]), float(item["end"]),
            [int(v) for v in video[:, 0].flatten()], [float(str(t)) for t in times],
            int(item["target"]["action"]), labels and labels["action"].flatten().tolist()]


def mended(read):
    """Rows of a reader with the name of the list, without which there are too few columns."""
    def rows(videos, *args, **kwargs):
        return [(video, *row) for video in videos for row in read([video], *args, **kwargs)]
    return rows


@contextlib.contextmanager
def precision(half):
    """Times as the original casts them, or in full."""
    astype = pd.DataFrame.astype

    def full(frame, dtype=None, **kwargs):
        kept = {k: v for k, v in dtype.items() if v != "float16"} if isinstance(dtype, dict) else dtype
        return astype(frame, dtype=kept, **kwargs)

    pd.DataFrame.astype = astype if half else full
    yield
    pd.DataFrame.astype = astype


def import_original(avt):
    sys.path.insert(0, str(avt))
    sys.modules["submitit"] = Absent("submitit")
    torchvision.set_video_backend = lambda backend: None
    import datasets.breakfast_50salads as original
    for name in ["read_orig_50salads_annotations", "read_orig_breakfast_annotations"]:
        setattr(original, name, mended(getattr(original, name)))
    return original


def main():
    args = common.begin(__doc__)
    original = import_original(args.avt)
    world, found = generate(), []
    with tempfile.TemporaryDirectory() as root:
        write(world, Path(root))
        for case in cases():
            with precision(case["half"]):
                found.append(expected(original, case, Path(root)))
    out = args.out / "folds.json"
    out.write_text(text({"world": world, "cases": found}))
    print(f"{out.name}: {out.stat().st_size} bytes, {[len(case['samples']) for case in found]}")


def text(value, depth=4):
    """JSON, the outer levels one entry a line."""
    if depth and isinstance(value, dict) and value:
        inner = (f"{json.dumps(key)}: {text(item, depth - 1)}" for key, item in value.items())
        return "{\n" + ",\n".join(inner) + "\n}"
    if depth and isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        return "[\n" + ",\n".join(text(item, depth - 1) for item in value) + "\n]"
    return json.dumps(value)


if __name__ == "__main__":
    main()
