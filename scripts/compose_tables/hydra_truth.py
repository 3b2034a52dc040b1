"""What real Hydra and OmegaConf make of a case.

A truth is a function of one case that returns the expected value or raises; `answer` turns either
into the part of a table's row that is compared.
"""

import io
import os
import re
import tempfile
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from hydra import version
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import OmegaConf

os.environ["CARGO_PKG_NAME"] = "runner"  # as cargo sets it for the tests
os.environ.pop("RUNNER_NOT_SET", None)

PLACE = re.compile(re.escape(tempfile.gettempdir()) + r"/\w+(/x+|/conf)?")


def answer(truth, case):
    """{"expected": value}, or {"error": class, "message": first line}."""
    try:
        return {"expected": truth(case)}
    except SystemExit as error:
        return {"error": f"exit {error.code}", "message": ""}
    except Exception as error:  # every class counts: it is what is recorded
        cause = error if str(error) else error.__cause__ or error
        if "maximum recursion depth" in str(cause):  # how deep the caller was decides what wraps it
            return {"error": "RecursionError", "message": ""}
        first = (str(cause).splitlines() or [""])[0]
        return {"error": type(error).__name__, "message": PLACE.sub("<conf>", first)}


def composed(case):
    """The text of `--cfg` for a config tree and a command line.

    files         {path: text} below the config directory
    text          instead of files: the text of config.yaml, put after that of `base` if there is one
    args          overrides
    cfg           job (the default), hydra or all
    package, resolve, config_name, version_base    the flags of the same names
    """
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch).resolve()
        conf = scratch / "conf"
        write_tree(conf, case)
        os.chdir(scratch)
        text = show(conf, case)
        return text.replace(str(conf), "<conf>").replace(str(scratch), "<cwd>")


def write_tree(conf, case):
    files = case.get("files") or {"config.yaml": case.get("base", "") + case["text"]}
    conf.mkdir()
    for path, text in files.items():
        target = conf / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")


def show(conf, case):
    with quiet() as out:
        hydra = start(conf, case)
        hydra.show_cfg(
            config_name=case.get("config_name", "config"),
            overrides=case.get("args", []),
            cfg_type=case.get("cfg", "job"),
            package=case.get("package"),
            resolve=case.get("resolve", False),
        )
    return out.getvalue()


def start(conf, case):
    """A fresh Hydra on a config directory."""
    OmegaConf.clear_resolvers()
    OmegaConf.register_new_resolver("minus", lambda x, y: x - y)
    OmegaConf.register_new_resolver("times_int", lambda x, y: int(x * y))
    version.setbase(case.get("version_base", "1.3"))
    GlobalHydra.instance().clear()
    return Hydra.create_main_hydra2("runner", create_config_search_path(str(conf)))


def load(hydra, case, overrides, mode=RunMode.RUN):
    """The whole config of a command line."""
    return hydra.config_loader.load_configuration(
        config_name=case.get("config_name", "config"),
        overrides=overrides,
        run_mode=mode,
        validate_sweep_overrides=mode is RunMode.RUN,
    )


def job(hydra, case, overrides):
    """The config of a command line without the node `hydra`, ready to be printed."""
    config = load(hydra, case, overrides)
    HydraConfig.instance().set_config(config)
    return hydra.get_sanitized_cfg(config, "job")


@contextmanager
def quiet():
    """Keeps what is printed and drops every warning."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield out


def swept(case):
    """The overrides of each job of the basic sweeper.

    args       overrides
    options    the options of every config group, for glob(...)
    """

    class Loader:
        def get_group_options(self, group, results_filter=None):
            return case["options"]

    parser = OverridesParser.create(config_loader=Loader())
    return jobs(parser.parse_overrides(case["args"]))


def jobs(parsed):
    return BasicSweeper.split_arguments(parsed, None)[0]
