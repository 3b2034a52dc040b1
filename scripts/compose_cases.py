#!/usr/bin/env python3
"""Writes tests/compose/<case>/ with what real Hydra prints or refuses.

    pip install hydra-core==1.3.8 && python scripts/compose_cases.py

Each folder holds a config tree (conf/), the command line (case.json) and either expected.yaml (the
text of --cfg, byte for byte) or, inside case.json, the class of Hydra's error. Trees and command
lines are in scripts/compose_trees.py.
"""

import io
import json
import os
import shutil
import sys
import tempfile
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from hydra import version
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.global_hydra import GlobalHydra

sys.path.insert(0, str(Path(__file__).parent))
from compose_trees import CASES  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent / "tests" / "compose"


def show(conf, case):
    """The text that `--cfg` prints."""
    from omegaconf import OmegaConf

    OmegaConf.clear_resolvers()
    OmegaConf.register_new_resolver("minus", lambda x, y: x - y)
    OmegaConf.register_new_resolver("times_int", lambda x, y: int(x * y))
    version.setbase(case.get("version_base", "1.3"))
    GlobalHydra.instance().clear()
    search_path = create_config_search_path(str(conf))
    hydra = Hydra.create_main_hydra2(task_name="runner", config_search_path=search_path)
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hydra.show_cfg(
            config_name=case.get("config_name", "config"),
            overrides=case["args"],
            cfg_type=case.get("cfg", "job"),
            package=case.get("package"),
            resolve=case.get("resolve", False),
        )
    return out.getvalue()


def write(name, case, scratch):
    folder = ROOT / name
    conf = folder / "conf"
    for path, text in case["files"].items():
        target = conf / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    meta = {key: value for key, value in case.items() if key != "files"}
    os.chdir(scratch)
    try:
        text = show(conf, case)
    except SystemExit as error:
        meta["error"] = f"exit {error.code}"
    except Exception as error:  # every class counts: it is what is recorded
        meta["error"] = type(error).__name__
        meta["message"] = str(error).replace(str(conf), "<conf>").splitlines()[:2]
    else:
        text = text.replace(str(conf), "<conf>").replace(str(scratch), "<cwd>")
        (folder / "expected.yaml").write_text(text, encoding="utf-8", newline="")
    (folder / "case.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False) + "\n")


def main():
    ROOT.mkdir(exist_ok=True)
    for old in ROOT.iterdir():
        if (old / "case.json").exists():
            shutil.rmtree(old)
    os.environ["CARGO_PKG_NAME"] = "runner"  # as cargo sets it for the tests
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch).resolve()
        for name, case in CASES.items():
            write(name, case, scratch)
    print(f"{len(CASES)} cases in {ROOT}")


if __name__ == "__main__":
    main()
