"""Completion of a command line: what Hydra's plugins propose after it, sorted."""

import os
import tempfile
from pathlib import Path

import hydra_truth
from hydra.plugins.completion_plugin import DefaultCompletionPlugin


def TRUTH(case):
    """The proposals for a line; none where Hydra's completion itself fails.

    files    {path: text} below the config directory
    line     the line without the program's name
    """
    with tempfile.TemporaryDirectory() as scratch, hydra_truth.quiet():
        conf = Path(scratch).resolve() / "conf"
        hydra_truth.write_tree(conf, case)
        os.chdir(scratch)
        plugin = DefaultCompletionPlugin(hydra_truth.start(conf, case).config_loader)
        try:
            return plugin._query(config_name="config", line=case["line"])
        except (Exception, SystemExit):  # what the shell then shows: nothing
            return []


SHARED = {"files": {
    "config.yaml": """\
defaults:
- group: a
- srv@s.t: one
- _self_
port: 1
price: 1.5
small: 1e-7
flag: true
name: hello world
nul: null
miss: ???
lst: [1, {a: 2}, [3], '${port}', '${d}']
d: {e: {f: 1, g: x}, h: '${port}'}
ref: ${port}
to_map: ${d}
to_list: ${lst}
bad: ${nope}
to_missing: ${miss}
7: seven
empty: {}
none: []
""",
    "group/a.yaml": "ga: 1\n", "group/b.yaml": "gb: {c: 2}\n", "group/deep/c.yaml": "x: 1\n", "group/deep/x/y.yaml": "x: 1\n",
    "srv/one.yaml": "u: 1\n", "srv/two.yaml": "u: 2\n", "only/sub/z.yaml": "u: 2\n",
}}
LINES = """\
g|group|group=|group=a|group=b |group/|group/d|group/deep=|group/deep/|group/deep/x=|group/deep/x=y|group/deep/x=n
srv|srv=|srv=t|srv@|srv@s.t=|srv@s.t=t|only|only/|only/s|only/sub=|only/sub=z
+|+g|+group=|+group=b|+only|+only/|+s|+srv=|~|~g|~group|~group=|~group/|~srv|~srv=|++|++g|++port
p|po|port=|port=1|price=|small=|flag=|flag=t|name=|nul=|miss=|ref=|bad=|to_missing=|7|7=|empty|empty.|none.
l|lst|lst.|lst.0|lst.0=|lst.1|lst.1.|lst.1.a=|lst.2.|lst.3|lst.3=|lst.4.|lst.9|to_list.|to_list.1.
d|d.|d.e|d.e.|d.e.f|d.e.f=|d.e.x|d.h=|d.e=|to_map|to_map.|to_map.e.|to_map.e.f=|to_map=
hydra|hydra/|hydra/l|hydra/job_logging=n|hydra/job_logging=s|hydra/env=|hydra/nope=|+hydra/env=|~hydra/env=
hydra.|hydra.m|hydra.mode=|hydra.job.|hydra.job.name=|hydra.job.num=|hydra.job.config.|hydra.sweeper|hydra.sweeper.|hydra.sweeper.params
hydra.runtime.v|hydra.runtime.version=|hydra.runtime.choices.|hydra.callbacks|hydra.overrides.task|hydra.verbose=|hydra.run.dir=x
nope|nope.|nope=|nope.x=|port.|port.x|port.x=|group.|group.ga=|s.|s.t.|s.t.u=|_|config
group=b g|group=b group.|group=b group.gb.|group=nope group.|port=2 port=|port=x po|group=a,b port=|+x=1 x|+x={y:1} x.
+group@q=b q.|~group gr|~group group.|a=[ gr|a=[ po|x y z|port=2 |-m group=a,b po|-m po|port=/nope/x|=|==|.|group==|group=a="""
CASES = {f"[{line}]": {"line": line} for row in LINES.splitlines() for line in row.split("|")}
CASES["[]"] = {"line": ""}
CASES["[ ]"] = {"line": " "}
BROKEN = {"config.yaml": "defaults:\n- group: ???\na: 1\n", "group/a.yaml": "x: 1\n"}
for line in ["", "g", "group=", "group=a ", "group=a gr", "a", "group=a a"]:
    CASES[f"[{line}] where an option is required"] = {"line": line, "files": BROKEN}
ELSEWHERE = {"config.yaml": "a: 1\nhydra:\n  searchpath: [nowhere]\n", "g/a.yaml": "x: 1\n"}
for line in ["", "g", "g=", "+g="]:
    CASES[f"[{line}] with a search path"] = {"line": line, "files": ELSEWHERE}
