"""`--info`, `--help` and the search path: texts about a config, `<conf>` for its directory."""

import copy
import io
import logging
import os
import tempfile
import warnings
from pathlib import Path

import hydra._internal.hydra as module
import hydra_truth
from hydra._internal.hydra import Hydra
from hydra.core.config_search_path import SearchPathQuery
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode


class Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self):
        super().__init__()
        self.text = io.StringIO()

    def emit(self, record):
        self.text.write(record.getMessage() + "\n")


def logged(show):
    lines, log = Lines(), logging.getLogger("hydra-info")
    log.handlers, log.propagate = [lines], False
    log.setLevel(logging.DEBUG)
    module.log = log
    show()
    return lines.text.getvalue()


LENGTH = 60  # of <conf>, which decides the widths of the tables' columns


def TRUTH(case):
    """The text of `show` for a config tree and a command line.

    files     {path: text}; `<conf>` stands for the directory they are in
    main      the config directory below it ("" the directory itself)
    extra     further config directories below it, as --config-dir gives one
    args      overrides; show     searchpath, defaults, defaults-tree, config, help, hydra-help
    resolve   with help
    """
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scratch = Path(scratch).resolve()
        scratch = scratch / ("x" * (LENGTH - len(str(scratch)) - 1))
        scratch.mkdir()
        conf = str(scratch)
        placed = {path: text.replace("<conf>", conf) for path, text in case["files"].items()}
        hydra_truth.write_tree(scratch / "tree", {"files": placed})
        (scratch / "tree").rename(scratch / "t")
        for path in os.listdir(scratch / "t"):
            (scratch / "t" / path).rename(scratch / path)
        os.chdir(scratch)
        args = [arg.replace("<conf>", conf) for arg in case.get("args", [])]
        try:
            return shown(start(scratch, case), case, args).replace(conf, "<conf>")
        except Exception as error:
            error.args = tuple(str(arg).replace(conf, "<conf>") for arg in error.args)
            raise


def start(scratch, case):
    main = scratch / case["main"] if case["main"] else scratch
    hydra = hydra_truth.start(main, case)
    path = hydra.config_loader.config_search_path
    for extra in case.get("extra", []):
        path.prepend("command-line", f"file://{scratch / extra}", SearchPathQuery(provider="schema"))
    hydra.config_loader.repository.initialize_sources(path)
    hydra.format_args_help = lambda parser: "FLAGS"
    return hydra


def shown(hydra, case, args):
    show, name = case["show"], case.get("config_name", "config")
    if show == "hydra-help":
        config = hydra.compose_config(None, args, RunMode.RUN)
        clean = Hydra.get_sanitized_hydra_cfg(config)
        return hydra.get_help(config.hydra.hydra_help, clean, None, resolve=False)
    if show == "help":
        config = hydra.compose_config(name, args, RunMode.RUN)
        HydraConfig.instance().set_config(config)
        clean = hydra.get_sanitized_cfg(copy.deepcopy(config), "job")
        return hydra.get_help(config.hydra.help, clean, None, case.get("resolve", False))
    hydra.compose_config(name, args, RunMode.RUN)
    return logged(lambda: {
        "searchpath": hydra._print_search_path,
        "defaults": hydra._print_defaults_list,
        "defaults-tree": hydra._print_defaults_tree,
        "config": hydra._print_config_info,
    }[show](name, args))


SHARED = {"main": ""}
CASES = {}
TREE = {
    "config.yaml": "defaults:\n- db: mysql\n- db@a.b: pg\n- srv: [x, y]\n- opt: null\n- optional no: x\n- ${db}_extra\n- _self_\nport: 1\nref: ${port}\nhere: ${hydra:job.name}\n",
    "db/mysql.yaml": "name: mysql\n", "db/pg.yaml": "defaults:\n- /srv@_here_: x\nname: pg\n", "srv/x.yaml": "u: 1\n", "srv/y.yaml": "w: 2\n",
    "opt/deep/er.yaml": "d: 1\n", "mysql_extra.yaml": "e: 1\n", "hydra/help/mine.yaml": "app_name: my app\nheader: |\n  == ${hydra.help.app_name} ==\nfooter: the end\ntemplate: |\n  ${.header}\n  $APP_CONFIG_GROUPS|$FLAGS_HELP|$$\n  ${.footer}\n",
}


def case(id, show, args=(), files=TREE, **more):
    assert id not in CASES, id
    CASES[id] = {"show": show, "args": list(args), "files": files, **more}


for show in ["searchpath", "defaults", "defaults-tree", "config"]:
    for args in [[], ["db=pg"], ["~db"], ["+opt/deep=er"], ["opt=nope"], ["srv=x", "+srv@q=y"], ["port=2"], ["nope=1"],
                 ["hydra/job_logging=none", "hydra/callbacks=null"]]:
        case(" ".join([show, *args]), show, args)
for version in ["1.1", "1.2"]:
    old = {"config.yaml": "defaults:\n- db: a\n- hydra/job_logging: none\nport: 1\n", "db/a.yaml": "# @package _group_._name_\nx: 1\n"}
    for show in ["defaults", "defaults-tree", "config"]:
        case(f"{show} of {version}", show, [], old, version_base=version)

for args in [[], ["hydra/help=mine"], ["hydra/help=nope"], ["hydra.help.app_name=zz"], ["hydra.help.header=x$$y"], ["hydra.help.footer=null"],
             ["hydra.help.template='$CONFIG $NOPE'"], ["hydra.help.template='${hydra.help.footer} $FLAGS_HELP ${hydra:job.name}'"],
             ["hydra.help.template='a $'"], ["hydra.help.template=null"], ["hydra.help.template='\\${CONFIG}'"], ["db=pg", "port=3"], ["nope=1"]]:
    for resolve in [False, True]:
        case(" ".join(["help", *args] + ["(resolved)"] * resolve), "help", args, resolve=resolve)
PLAIN = "hydra.hydra_help.template='$HYDRA_CONFIG_GROUPS'"
for args in [["hydra.hydra_help.template='${hydra.runtime.version} $FLAGS_HELP $APP_CONFIG_GROUPS'"], ["hydra.hydra_help.template=$"],
             ["hydra.hydra_help.template='$CONFIG'", "hydra/job_logging=none", "hydra/output=default"], ["port=1"], ["+x=1", "hydra.hydra_help.template=x"],
             ["hydra/job_logging=nope"]]:
    case(" ".join(["hydra-help", *args]), "hydra-help", args)

# The search path.
BOTH = {"x1/db/a.yaml": "v: 1\n", "x2/db/b.yaml": "v: 2\n", "x2/db/a.yaml": "v: 3\n"}
for name, value in {
    "two": "[<conf>/x1, file://<conf>/x2]", "one": "[<conf>/x1]", "other-order": "[<conf>/x2, <conf>/x1]",
    "interpolated": "['${where}/x1']", "interpolated-list": "${paths}", "environment": "['${oc.env:RUNNER_NOT_SET,<conf>/x1}']",
    "unknown-interpolation": "['${nope}']", "hydra-package": "[pkg://hydra.conf, <conf>/x1]", "unknown-scheme": "['foo://bar']",
    "number": "[<conf>/x1, 1]", "text": "<conf>/x1", "null": "null", "required": "'???'", "required-item": "['???']", "none": "[]",
    "absent": "[<conf>/x1, <conf>/nope]", "map": "{a: <conf>/x1}",
}.items():
    text = f"defaults:\n- optional db: a\n- _self_\nwhere: <conf>\npaths: [<conf>/x1]\nhydra:\n  searchpath: {value}\n"
    for show in ["searchpath", "config"]:
        case(f"{show} {name}", show, [], {"config.yaml": text, **BOTH})
text = "defaults:\n- db: a\n- _self_\nhydra:\n  searchpath: [<conf>/x1]\n"
for args in [["hydra.searchpath=[<conf>/x2]"], ["hydra.searchpath=[<conf>/x2]", "db=b"], ["hydra.searchpath=[]"], ["hydra.searchpath=null"],
             ["+hydra.searchpath=[<conf>/x2]"], ["++hydra.searchpath=[<conf>/x2]"], ["~hydra.searchpath"], ["hydra.searchpath=<conf>/x2"],
             ["hydra.searchpath=[1]"], ["hydra.searchpath=['<conf>/x1','<conf>/x2']", "db=b"], ["db=b"]]:
    case(" ".join(["config", *args]), "config", args, {"config.yaml": text, **BOTH})
USER = {"m/config.yaml": "defaults:\n- db: a\n", "m/db/a.yaml": "v: 1\n", "u/db/b.yaml": "v: 2\n", "u/db/a.yaml": "v: 3\n", "u/config.yaml": "z: 1\n"}
for args in [[], ["db=b"], ["db=c"], ["hydra.searchpath=[<conf>/u]"]]:
    case(" ".join(["config with a further directory", *args]), "config", args, USER, main="m", extra=["u"])
    case(" ".join(["help with a further directory", *args]), "help", args, USER, main="m", extra=["u"])
