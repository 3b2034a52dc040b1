"""Trees of a few small files: malformed lists, packages, groups from outside, old version bases."""

from hydra_truth import composed as TRUTH  # noqa: F401
from tree_cases import Cases, tree

CASES = Cases()
case = CASES.add


ALL = ("1.1", "1.2", "1.3")


def cases(id, files, *runs, versions=("1.3",), **more):
    """One case per command line and version base, named by them."""
    for args in runs or ([],):
        for version in versions:
            words = [id, *args] + ([f"({version})"] if len(versions) > 1 else [])
            base = {} if version == "1.3" else {"version_base": version}
            case(" ".join(words), files, args, **base, **more)


# Which config is the primary one.
cases("primary-in-folder", {"sub/c.yaml": "defaults:\n- other\na: 1\n", "sub/other.yaml": "b: 1\n"}, config_name="sub/c", versions=ALL)
cases("primary-with-ending", {"c.yaml": "a: 1\n"}, config_name="c.yaml")
cases("primary-absolute", {"c.yaml": "a: 1\n"}, config_name="/c")
cases("primary-of-hydra", tree("a: 1\n"), config_name="hydra/output/default", cfg="all")
cases("primary-is-hydra-config", tree("a: 1\n"), config_name="hydra/config")
cases("primary-required", tree("a: 1\n"), config_name="???")
cases("primary-self", tree("a: 1\n"), config_name="_self_")
cases("primary-absent", tree("a: 1\n"), config_name="nope")
cases("primary-list", tree("- 1\n- 2\n"))
cases("primary-empty", tree(""), [], ["+a=1"], ["a=1"])
cases("primary-with-header", tree("# @package foo\ndefaults:\n- g: x\n- _self_\na: 1\n", g__x="v: 1\n"),
      [], ["+g@z=x"], ["g@foo.g=x"], ["g=x"])

# What an option may hold.
cases("option-list", tree("defaults:\n- db: l\n", db__l="- 1\n- 2\n"), [], ["db.0=3"], ["db=[l]"])
cases("option-list-twice", tree("defaults:\n- db: l\n- db@x: l\n", db__l="- 1\n- 2\n"))
cases("config-list-at-root", tree("defaults:\n- l\na: 1\n", l="- 1\n- 2\n"))
cases("option-text", tree("defaults:\n- db: s\n", db__s="hello\n"))
cases("option-number", tree("defaults:\n- db: s\n", db__s="5\n"))
cases("option-null", tree("defaults:\n- db: s\n", db__s="null\n"))
cases("option-empty", tree("defaults:\n- db: s\n", db__s=""))

# Built-in configs of the same name.
cases("own-hydra-config", tree("a: 1\n", hydra__config="defaults:\n- output: default\n"))
cases("own-basic-sweeper", tree("a: 1\n", hydra__sweeper__basic="max_batch_size: 3\n"),
      [], ["hydra.sweeper.max_batch_size=x"], cfg="hydra", package="hydra.sweeper", versions=ALL)
cases("own-basic-sweeper-key", tree("a: 1\n", hydra__sweeper__basic="foo: 3\n"))
cases("own-basic-launcher-key", tree("a: 1\n", hydra__launcher__basic="x: 3\n"))

# Malformed lists.
for name, text in {
    "number": "- 5", "list": "- [a, b]", "null": "- null", "option-number": "- g: 5", "option-map": "- g: {a: 1}",
    "options-number": "- g: [1]", "empty-map": "- {}", "group-number": "- 5: x", "option-bool": "- g: yes",
    "options-none": "- g: []\n- _self_", "keyword-unknown": "- foo g: x\n- _self_",
    "keyword-two-blanks": "- optional  g: x\n- _self_", "group-blank": "- 'g ': x\n- _self_", "empty-text": "- ''\n- _self_",
    "option-empty": "- g: ''\n- _self_", "keyword-in-text": "- optional x\n- _self_", "group-slash": "- g/: x\n- _self_",
    "package-renamed": "- g/x@p:q\n- _self_", "group-empty": "- '@p': x\n- _self_", "two-groups": "- {g: x, h: y}\n- _self_",
    "self-option": "- g: _self_\na: 1", "self-twice": "- _self_\n- _self_", "self-package": "- _self_@p",
}.items():
    cases(f"item-{name}", tree(f"defaults:\n{text}\n", g__x="v: 1\n"))
for name, value in {"null": "null", "map": "{g: x}", "text": "g", "empty": "[]", "interpolation": "${x}"}.items():
    cases(f"defaults-{name}", tree(f"defaults: {value}\na: 1\n", g__x="v: 1\n"))

# Cycles.
cases("cycle-of-two", tree("defaults:\n- a\n", a="defaults:\n- b\n", b="defaults:\n- a\n"))
cases("cycle-of-one", tree("defaults:\n- config\n"))

# Relative and absolute entries.
DEEP = {"a/b/e.yaml": "e: 1\n", "a/b/f/g.yaml": "g: 1\n", "a/b/f/g2.yaml": "g2: 1\n", "top.yaml": "t: 1\n",
        "a/b/d.yaml": "d: 1\n", "a/b/d2.yaml": "d2: 1\n", "a/x.yaml": "x: 1\n"}
cases("deep", {"config.yaml": "defaults:\n- a/b/c\n- _self_\n", **DEEP, "a/b/c.yaml":
      "defaults:\n- e\n- f: g\n- /top\n- /a/b: d\n- /a/b@_here_: d2\n- /a/b@r: d2\n- /a/b@_global_.s: d2\n- f@_here_: g2\nv: 1\n"},
      [], ["a/b/f=g2"], ["a/b@a.b.a.b=d2"], ["a/b/f@a.b=g"], ["a/b@s=d"], cfg="all", package="a")
cases("upwards", {"config.yaml": "defaults:\n- a/b/c\n- _self_\n", **DEEP, "a/b/c.yaml": "defaults:\n- ../x\nv: 1\n"})
cases("folder-and-option", {"config.yaml": "defaults:\n- a/b/d\n- a/b: d2\n- _self_\n", **DEEP}, [], ["a/b=d"])

# Packages of entries.
cases("packages", tree("defaults:\n- g@: x\n- g@a.b: x\n- g@_here_.c: x\n- g@_global_: y\n- g@_global_.z: x\n- _self_\n",
                       g__x="v: 1\n", g__y="y: 1\n"),
      [], ["g@_global_=x"], ["g@z=y"], ["g@a.b=y"], ["g@=y"])
cases("package", tree("defaults:\n- g@a.b: x\n- _self_\n", g__x="v: 1\n", g__y="y: 1\n"),
      [], ["g@a.b=y"], ["g=y"], ["~g@a.b"], ["~g@a.b=x"], ["~g@a.b=y"], ["~g"], ["g@a.b=null"], ["g@_here_=y"],
      ["+g@n=y"], ["+g=y"], ["+g@=y"], ["++g@a=y"], ["g@a.b:c=x"], ["+g@=y", "+g@n=x"], ["+g@a.b=y"], ["a.b.v=2"])

# Packages of headers.
for name, header in {
    "here": "# @package _here_", "twice": "# @package a.b\n# @package c", "brackets": "# @package a[b].c",
    "other-key": "# @foo bar\n# @package q", "tight": "#@package q", "colon": "# @package: q",
    "global-twice": "# @package _global_._global_.q", "dot": "# @package .q", "comment-before": "# x\n# @package q",
    "two-words": "# @package a b", "no-word": "# @package", "global-dotted": "# @package _global_.a.b", "blank-lines": "\n\n# @package q",
}.items():
    cases(f"header-{name}", tree("defaults:\n- g: x\n- _self_\n", g__x=f"{header}\nv: 1\n"))
LEGACY = tree("defaults:\n- g: x\n- g/h: y\n- g/h@q: z\n- _self_\n", g__x="# @package _group_\nv: 1\n",
              g__h__y="# @package _group_._name_\nv: 1\n", g__h__z="# @package foo._group_\nz: 1\n")
cases("header-keywords", LEGACY, versions=ALL)
cases("entry-keywords", tree("defaults:\n- g@_name_: x\n- g@a._group_: y\n- _self_\n", g__x="v: 1\n", g__y="# @package _name_\nv: 1\n"),
      [], ["g@_name_=y"], ["g@a.g=x"], versions=ALL)

# Overriding entries.
cases("override-below", tree("defaults:\n- g: x\n- h: y\n- _self_\n", g__x="v: 1\n", g__z="z: 1\n", h__y="defaults:\n- override /g: z\n"),
      [], ["g=x"], ["~g"])
cases("override-both", tree("defaults:\n- g: x\n- h: y\n- _self_\n- override g: z\n", g__x="v: 1\n", g__z="z: 1\n",
                            h__y="defaults:\n- override /g: x\n"), [], ["g=x"])
cases("override-unknown", tree("defaults:\n- g: x\n- h: y\n- _self_\n", g__x="v: 1\n", h__y="defaults:\n- override /nope: z\n"))
cases("override-not-last", tree("defaults:\n- g: x\n- override g: z\n- h: y\n", g__x="v: 1\n", g__z="z: 1\n", h__y="w: 1\n"))
cases("override-before-self", tree("defaults:\n- g: x\n- override g: z\n- _self_\na: 1\n", g__x="v: 1\n", g__z="z: 1\n"))
cases("override-by-list", tree("defaults:\n- g: x\n- _self_\n- override g: [x, z]\n", g__x="v: 1\n", g__z="z: 1\n"),
      [], ["g=x"], ["g=[z,x]"], ["g=[]"])
cases("override-by-null", tree("defaults:\n- g: [x, z]\n- _self_\n- override g: null\n", g__x="v: 1\n", g__z="z: 1\n"), [], ["g=x"], ["~g"])
cases("override-optional", tree("defaults:\n- g: x\n- override optional g: nope\n", g__x="v: 1\n"))
cases("override-of-optional", tree("defaults:\n- optional g: x\n- override g: nope\n", g__x="v: 1\n"))
cases("override-interpolated", tree("defaults:\n- g: x\n- h: z\n- override g: ${h}\n", g__x="v: 1\n", g__z="z: 1\n", h__z="hz: 1\n"),
      [], ["g=x"], ["g=${h}"], ["h=null"])
cases("override-below-interpolated", tree("defaults:\n- g: x\n- h: ${g}\n", g__x="v: 1\n", h__x="defaults:\n- override /g: x\n"))

# Interpolated options.
cases("interpolated", tree("defaults:\n- g: x\n- h: ${g}\n- i: ${h}\n- ${g}_c\n- o: ${oc.env:RUNNER_NOT_SET,e}\n- _self_\n", g__x="v: 1\n",
                           h__x="hx: 1\n", i__x="ix: 1\n", x_c="c: 1\n", o__e="oe: 1\n"), [], ["g=q"], ["h=x"], ["~i"])
cases("interpolated-package", tree("defaults:\n- g: x\n- h@p: ${g}\n- i: ${h@p}\n- _self_\n", g__x="v: 1\n", h__x="hx: 1\n", i__x="ix: 1\n"))
cases("interpolated-folder", tree("defaults:\n- g: x\n- g/sub: s\n- h: ${g/sub}\n- _self_\n", g__x="v: 1\n", g__sub__s="s: 1\n", h__s="hs: 1\n"))
cases("interpolated-null", tree("defaults:\n- g: null\n- h: ${g}\n", h__null="hx: 1\n"))
cases("interpolated-optional", tree("defaults:\n- g: x\n- optional h: ${g}\n- _self_\n", g__x="v: 1\n"), [], ["~h"], ["h=x"])
cases("interpolated-nothing", tree("defaults:\n- h: ${nope}\n", h__x="hx: 1\n"), [], ["h=x"])
cases("interpolated-broken", tree("defaults:\n- h: ${nope\n", h__x="hx: 1\n"))
cases("interpolated-by-position", tree("defaults:\n- a: x\n- ab: ${defaults.0.a}_y\n", a__x="v: 1\n", ab__x_y="w: 1\n"), [], ["ab=x_y"], versions=ALL)
cases("interpolated-position-later", tree("defaults:\n- a: x\n- ab: z_${defaults.0.a}\n", a__x="v: 1\n", ab__z_x="w: 1\n"), versions=ALL)

# Required options.
cases("required", tree("defaults:\n- g: ???\n- _self_\na: 1\n", g__x="v: 1\n"),
      [], ["g=x"], ["g=null"], ["~g"], ["~g=???"], ["g=???"], ["+g=x"], ["g=[x]"])
cases("required-config", tree("defaults:\n- x/???\n- _self_\na: 1\n"))

# Groups from the command line, listed and not.
LISTED = tree("defaults:\n- _self_\n- g: x\na: 1\n", g__x="v: 1\n", g__y="w: 1\n")
cases("listed", LISTED, ["g=x"], ["g=y"], ["g=nope"], ["g=null"], ["g=1"], ["g='y'"], ['g="y"'], ["g=[x,y]"], ["g=true"], ["g=x", "g=y"],
      ["~g"], ["~g=x"], ["~g=y"], ["~g", "g=y"], ["~g=[x]"], ["~g=1"], ["~g=null"], ["g@g=y"], ["g@foo=y"], ["g.v=2"], ["g={v: 3}"],
      ["g=y", "+g.v=5"], ["g=x,y"], ["g=choice(x,y)"], ["/g=y"], ["g=Y"], ["g=y.yaml"], ["g=${oc.env:RUNNER_NOT_SET,y}"])
cases("not-listed", tree("a: 1\n", g__x="v: 1\n"), ["+g=x"], ["g=x"], ["+g=nope"], ["+nope=x"], ["+g/x=1"], ["~g"], ["~a"], ["~a=2"],
      ["+g=[x]"], ["+g=5"], ["+g={a: 1}"], ["+g=null"], ["g={a: 1}"], ["++g={a: 1}"], ["+g@a.b.c=x"], ["+g@_global_=x"],
      ["+g@_group_=x"], ["+g=x", "+g=x"], ["+g=x", "+g@q=x"], ["a=2", "+g=x"], ["g.a=1"], ["+g.a=1", "+g=x"], ["+g@g2:g3=x"])
cases("several", tree("defaults:\n- g: [x, y]\n- _self_\n", g__x="v: 1\n", g__y="w: 1\n", g__z="defaults:\n- x\nzz: 1\n"),
      [], ["g=x"], ["g=[y]"], ["g=[z,y]"], ["g=null"], ["~g"], ["+g=z"], ["+g@q=[x,y]"], ["g=[x,x]"], ["g=[nope]"], ["g=[x,'${a}']"])
cases("several-placed", tree("defaults:\n- optional g: [x, nope]\n- g@p: [x, y]\n- _self_\n", g__x="v: 1\n", g__y="w: 1\n"), [], ["g@p=[y,x]"])
cases("same-config-twice", tree("defaults:\n- x\n- x\n", x="v: 1\n"))
cases("same-option-twice", tree("defaults:\n- g: x\n- g: x\n", g__x="v: 1\n"), [], ["g=x"])

# The node hydra and its groups.
HYDRA = tree("defaults:\n- override hydra/job_logging: stdout\n- override hydra/hydra_logging: none\n- override hydra/help: mine\n"
             "- override hydra/output: out\n- _self_\nhydra:\n  run: {dir: x}\n  job: {chdir: true, env_set: {A: b}}\n",
             hydra__help__mine="app_name: z\nheader: h\n", hydra__output__out="# @package hydra\nrun:\n  dir: o\n")
cases("hydra-node", HYDRA, [], ["hydra/job_logging=none"], ["hydra/output=default"], cfg="all")
cases("hydra-run", HYDRA, ["hydra/env=null"], ["hydra/output=default"], ["hydra.run.dir=y"], ["hydra/output=nope"], cfg="hydra", package="hydra.run")
cases("hydra-choices", HYDRA, ["hydra/callbacks=null"], ["~hydra/launcher"], ["hydra/launcher=null"], ["+hydra/env@foo=default"],
      ["hydra/sweeper=nope"], ["+hydra/callbacks=x"], cfg="hydra", package="hydra.runtime.choices")
cases("hydra-job", HYDRA, ["hydra.job.name=zz"], ["hydra.job.foo=1"], ["+hydra.job.foo=1"], ["hydra.job.env_copy=[RUNNER_NOT_SET]"],
      ["~hydra.job"], ["~hydra.job.name"], cfg="hydra", package="hydra.job")
cases("hydra-mode", HYDRA, ["hydra.mode=run"], ["hydra.mode=RUN"], ["hydra.mode=2"], ["hydra.mode=x"], cfg="hydra", package="hydra.mode")
cases("hydra-whole", HYDRA, ["hydra=null"], ["~hydra"], ["hydra.job_logging=null"], ["hydra.output_subdir=null"], ["hydra.verbose=[a]"],
      cfg="hydra", package="hydra.output_subdir")
cases("hydra-callbacks", tree("defaults:\n- override hydra/callbacks: my\n- _self_\n",
                              hydra__callbacks__my="# @package hydra.callbacks\nmine:\n  _target_: a.b\n"),
      [], ["hydra/callbacks=null"], ["hydra/callbacks=[my]"], ["hydra/callbacks=my2"], cfg="hydra", package="hydra.callbacks")
cases("hydra-env", tree("a: 1\n", hydra__env__my="# @package hydra\njob: {name: e}\n"), ["hydra/env=my"], cfg="hydra", package="hydra.job.name")
cases("hydra-dirname", tree("a: 1\nb: 2\nhydra:\n  job:\n    config:\n      override_dirname: {kv_sep: '-', item_sep: _, exclude_keys: [b]}\n"),
      ["b=3", "a=5", "+c=1"], ["++d=2", "~a"], cfg="hydra", package="hydra.job.override_dirname")
cases("hydra-searchpath-below", tree("defaults:\n- x\n- _self_\n", x="hydra:\n  searchpath: []\n"))

# What 1.1 and 1.2 still know.
cases("yml", {"config.yaml": "defaults:\n- x.yml\n- g: y.yml\n- _self_\n", "x.yml": "v: 1\n", "g/y.yml": "w: 2\n"}, versions=ALL)
cases("yml-chosen", {"config.yaml": "a: 1\n", "g/y.yml": "w: 2\n"}, ["+g=y"], ["+g=y.yml"], ["+g=y.yaml"], versions=ALL)
cases("yml-primary", {"c.yml": "a: 1\n"}, config_name="c.yml", versions=ALL)
cases("optional-key", tree("defaults:\n- g: x\n  optional: true\n- h: x\n  optional: true\n- _self_\n", g__x="v: 1\n"), [], ["g=q"], versions=ALL)
cases("optional-key-false", tree("defaults:\n- h: x\n  optional: false\n- _self_\n", g__x="v: 1\n"), versions=ALL)
cases("optional-group", tree("defaults:\n- optional: x\n- _self_\n", optional__x="o: 1\n"), versions=ALL)
cases("hydra-without-override", tree("defaults:\n- hydra/job_logging: none\n- g: x\n- hydra/hydra_logging: disabled\n- _self_\n", g__x="v: 1\n"),
      versions=ALL, cfg="all", package="hydra.runtime.choices")
cases("hydra-without-override-absolute", tree("defaults:\n- /hydra/job_logging: none\n- _self_\n"), versions=ALL)
cases("hydra-without-override-below", tree("defaults:\n- g: x\n- _self_\n", g__x="defaults:\n- hydra/job_logging: none\nv: 1\n"), versions=ALL)
cases("self-missing", tree("defaults:\n- g: x\ng: {v: 2, w: 3}\n", g__x="v: 1\n"), versions=ALL)
