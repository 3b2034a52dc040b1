#!/usr/bin/env python3
"""Compares the recipes of conf/ with AVT's own, value by value, as real Hydra composes both.

    pip install hydra-core==1.3.8 && python scripts/conf_against_avt.py AVT [--write-keys]

AVT is a checkout of github.com/facebookresearch/AVT. Each expts/*.txt over AVT's conf/ is compared with
+experiment=NAME over ours: every value that AVT has must be there, and be the same but for the
differences listed below; every value that only we have must be below a key listed as ours.

--write-keys writes tests/conf/avt_keys.json, the list of AVT's groups, options and keys (no values)
that a test holds conf/ to without AVT.
"""

import fnmatch
import json
import os
import re
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from hydra import compose, initialize_config_dir, version
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import OmegaConf

ROOT = Path(__file__).resolve().parent.parent
KEYS = ROOT / "tests" / "conf" / "avt_keys.json"

# Names that are not the file's without its number.
NAMES = {
    "05_ek100_rustm_test_testonly": "ek100_rulstm_test_testonly",
    "13_50s_avt": "50salads_avt",
}

# Keys of our own, and of the distillation fork. `*` stands for anything.
OURS = [
    "task", "pipeline", "device", "distill", "ens_distill", "distill_feat", "distill_feat_mse",
    "paths.*", "teacher.*", "pretrained.*", "lm", "history", "text", "corpus",
    "dataset.synthetic.*", "dataset.breakfast.*", "dataset.eval_train.*",
    "data_*.seg_label_overlap", "data_*.color_matrix", "dataset*.time_precision", "dataset_*.annot_reader_fn.frame_rate",
    "eval.max_batches", "eval.accuracy_average", "eval.unlabelled_rows",
    "model.future_predictor.*_pdrop",
    "opt.overlap", "opt.frozen_overlap", "opt.final_lr", "opt.plateau_warmup",
    "opt.warmup.min_lr", "opt.scheduler.final_lr",
    "train.accumulate_steps", "train.precision", "train.gradient_checkpointing",
    "train.ema_decay", "train.early_stop_patience", "train.max_steps_per_epoch",
    "train.train_one_epoch_fn.loss_wts.*distill*", "train.train_one_epoch_fn.loss_wts.tx_mlm",
]

# What AVT has and we have otherwise: (recipe, key, why).
DIFFERENT = [
    ("*", "expt_name", "AVT's is given by its launcher"),
    ("*", "train.store_best", "the best weights are worth keeping"),
    ("*", "model.future_predictor.future_pred_loss_wt", "it reaches nothing in AVT"),
    ("*_testonly", "train.init_from_model", "our own run directories, RULSTM's weights under paths.data"),
    ("ek100_avt_tsnflow", "dataset_*.drop_style", "AVT's program refuses its own `rulstm`"),
    ("egtea_avt", "dataset_*.reader_fn*", "null is AVT's video reader, too"),
    ("*", "dataset.dundee50salads.annot_reader_fn.*", "only 50-Salads reads it"),
]


def flat(node, path=""):
    """Leaf values by dotted key; an empty mapping is a leaf."""
    if isinstance(node, dict) and node:
        return {k: v for key, child in node.items() for k, v in flat(child, f"{path}.{key}").items()}
    return {path[1:]: node}


def job(conf, overrides, base):
    """The job config that Hydra composes, with its interpolations."""
    OmegaConf.clear_resolvers()
    OmegaConf.register_new_resolver("minus", lambda x, y: x - y)
    OmegaConf.register_new_resolver("times_int", lambda x, y: int(x * y))
    GlobalHydra.instance().clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with initialize_config_dir(str(conf), version_base=base):
            cfg = compose("config", overrides, return_hydra_config=True)
    HydraConfig.instance().set_config(cfg)
    del_hydra = OmegaConf.to_container(cfg, resolve=False)
    return OmegaConf.create({k: v for k, v in del_hydra.items() if k != "hydra"})


def composed(conf, overrides, base):
    """The values of the job config, resolved."""
    cfg = job(conf, overrides, base)
    OmegaConf.resolve(cfg)
    return flat(OmegaConf.to_container(cfg))


def avt_tree(avt, scratch):
    """AVT's conf/ without its launcher and colours, which are plugins."""
    conf = Path(scratch) / "conf"
    shutil.copytree(avt / "conf", conf)
    text = (conf / "config.yaml").read_text()
    text = text[: text.index("\nhydra:")]
    text = re.sub(r"\n *- override hydra/.*", "", text)
    (conf / "config.yaml").write_text(text)
    return conf


def overrides_of(file):
    """The overrides of an expts/*.txt, without the launcher's; of a sweep the first job's."""
    lines = [line.partition("#")[0].strip() for line in file.read_text().splitlines()]
    lines = [line for line in lines if line and not line.startswith("hydra.")]
    return [re.sub(r"(\.fold=1),.*", r"\1", line) for line in lines]


def same(a, b):
    """Whether two values are the same: as numbers, and paths whatever their slashes and endings."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, (list, str)) != isinstance(b, (list, str)):
        return False
    if isinstance(a, list) or isinstance(b, list):
        return same(a if isinstance(a, list) else [a], b if isinstance(b, list) else [b])
    if isinstance(a, str) and isinstance(b, str):
        return path(a) == path(b)
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def path(text):
    """A path from where the data is; annotations are csv files with us, pickles with AVT."""
    text = text.replace(str(ROOT / "conf" / ".."), os.getcwd())
    return re.sub(r"/+", "/", text).rstrip("/").replace(".pkl", ".csv")


def listed(name, key):
    return any(
        fnmatch.fnmatch(name, recipe) and fnmatch.fnmatch(key, pattern)
        for recipe, pattern, _ in DIFFERENT
    )


def compare(name, theirs, ours):
    """What differs and is not meant to."""
    found = []
    for key, value in theirs.items():
        if listed(name, key):
            continue
        if key not in ours:
            found.append(f"{key}: only AVT has it: {value!r}")
        elif not same(value, ours[key]):
            found.append(f"{key}: {value!r} with AVT, {ours[key]!r} with us")
    for key in ours.keys() - theirs.keys():
        if not any(fnmatch.fnmatch(key, p) for p in OURS) and not listed(name, key):
            found.append(f"{key}: only we have it: {ours[key]!r}")
    return found


def keys_of(conf):
    """AVT's groups, options and their keys, and the keys of its primary config."""
    groups = {}
    for file in sorted(conf.rglob("*.yaml")):
        option = file.relative_to(conf).with_suffix("")
        keys = sorted(flat(OmegaConf.to_container(OmegaConf.load(file))))
        keys = [key for key in keys if key and not key.startswith(("defaults", "hydra."))]
        if str(option) == "config":
            primary = keys
        else:
            groups.setdefault(str(option.parent), {})[option.name] = keys
    return {"config": primary, "groups": groups}


def main():
    avt, bad = Path(sys.argv[1]).resolve(), 0
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        conf = avt_tree(avt, scratch)
        if "--write-keys" in sys.argv:
            KEYS.parent.mkdir(exist_ok=True)
            KEYS.write_text(json.dumps(keys_of(conf), indent=1) + "\n")
        for file in sorted((avt / "expts").glob("*.txt")):
            name = NAMES.get(file.stem, file.stem[3:])
            theirs = composed(conf, overrides_of(file), "1.1")
            ours = composed(ROOT / "conf", [f"+experiment={name}"], "1.3")
            found = compare(name, theirs, ours)
            print(f"{name}: {len(theirs)} values of AVT's, {len(found)} differences")
            bad += len(found)
            for line in sorted(found):
                print(f"    {line}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
