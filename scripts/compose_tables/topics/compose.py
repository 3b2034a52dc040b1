"""The defaults list, packages and merging: whole trees of a few small files."""

from hydra_truth import composed as TRUTH  # noqa: F401


def tree(config, **files):
    """The text of config.yaml, and of others: `g__a` is g/a.yaml."""
    others = {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return {"config.yaml": config, **others}


CASES = {}


def case(id, files, args=(), **more):
    assert id not in CASES, id
    CASES[id] = {"files": files, "args": list(args), **more}


case("self-last", tree("defaults:\n- g: x\n- _self_\ng: {v: own, w: 1}\n", g__x="v: x\nu: 2\n"), [])
case("self-first", tree("defaults:\n- _self_\n- g: x\ng: {v: own, w: 1}\n", g__x="v: x\nu: 2\n"), [])
case("self-absent", tree("defaults:\n- g: x\ng: {v: own, w: 1}\nz: 1\n", g__x="v: x\nu: 2\n"), [])
case("self-twice", tree("defaults:\n- _self_\n- g: x\n- _self_\n", g__x="v: x\n"), [])
case("self-package", tree("defaults:\n- _self_@x\n"), [])
case("here", tree("defaults:\n- g: x\n", g__x="defaults:\n- sub@_here_: y\n- sub@deep: y\n- _self_\nv: 1\n", g__sub__y="s: 1\n"), [])
case("nested-relative", tree("defaults:\n- g/h: x\n", g__h__x="defaults:\n- y\n- sub: z\n- /top: t\n- _self_\nv: 1\n", g__h__y="y: 1\n", g__h__sub__z="z: 1\n", top__t="t: 1\n"), [])
case("nested-override", tree("defaults:\n- g: x\n- override g/sub: b\n", g__x="defaults:\n- sub: a\n", g__sub__a="n: a\n", g__sub__b="n: b\n"), [])
case("nested-choose", tree("defaults:\n- g: x\n", g__x="defaults:\n- sub: a\n", g__sub__a="n: a\n", g__sub__b="n: b\n"), ["g/sub=b"])
case("nested-package", tree("defaults:\n- g@p: x\n", g__x="defaults:\n- sub: a\n", g__sub__a="n: a\n", g__sub__b="n: b\n"), ["g/sub@p.sub=b"])
case("nested-package-error", tree("defaults:\n- g@p: x\n", g__x="defaults:\n- sub: a\n", g__sub__a="n: a\n", g__sub__b="n: b\n"), ["g/sub=b"])
case("override-not-last-2", tree("defaults:\n- override g: b\n- g: a\n", g__a="n: a\n", g__b="n: b\n"), [])
case("override-no-match", tree("defaults:\n- g: a\n- override h: b\n", g__a="n: a\n", h__b="n: b\n"), [])
case("list-of-options", tree("defaults:\n- g: [a, b]\n", g__a="n: a\nx: 1\n", g__b="n: b\n"), [])
case("list-of-options-choose", tree("defaults:\n- g: [a, b]\n", g__a="n: a\nx: 1\n", g__b="n: b\n"), ["g=[b,a]"])
case("list-of-options-one", tree("defaults:\n- g: [a, b]\n", g__a="n: a\nx: 1\n", g__b="n: b\n"), ["g=b"])
case("required-2", tree("defaults:\n- g: ???\n", g__a="n: a\n", g__b="n: b\n"), [])
case("required-chosen", tree("defaults:\n- g: ???\n", g__a="n: a\n", g__b="n: b\n"), ["g=a"])
case("null-option", tree("defaults:\n- _self_\n- g: null\nx: 1\n", g__a="n: a\n"), [])
case("null-option-chosen", tree("defaults:\n- _self_\n- g: null\nx: 1\n", g__a="n: a\n"), ["g=a"])
case("interpolated-option", tree("defaults:\n- g: a\n- h: x_${g}\n", g__a="n: a\n", g__b="n: b\n", h__x_a="m: a\n", h__x_b="m: b\n"), ["g=b"])
case("interpolated-option-unknown", tree("defaults:\n- h: x_${nope}\n", h__x_a="m: a\n"), [])
case("optional-absent", tree("defaults:\n- _self_\n- optional g: zzz\nx: 1\n", g__a="n: a\n"), [])
case("config-absent", tree("defaults:\n- nope\n"), [])
case("absolute-package", tree("defaults:\n- g@_global_.q: a\n", g__a="n: a\n"), [])
case("group-package", tree("defaults:\n- g@_group_.x: a\n", g__a="n: a\n"), [])
case("header-dotted", tree("defaults:\n- g: a\n", g__a="# @package foo.bar\nn: a\n"), [])
case("header-group-13", tree("defaults:\n- g: a\n", g__a="# @package _group_._name_\nn: a\n"), [])
case("header-group-11", tree("defaults:\n- g: a\n", g__a="# @package _group_._name_\nn: a\n"), [], version_base="1.1")
case("header-bad", tree("defaults:\n- g: a\n", g__a="# @package a b\nn: a\n"), [])
case("entry-name-11", tree("defaults:\n- g@x._name_: a\n", g__a="n: a\n"), [], version_base="1.1")
case("hydra-legacy-11", tree("defaults:\n- hydra/job_logging: none\n- _self_\nx: 1\n"), [], version_base="1.1", cfg="hydra", package="hydra.job_logging")
case("hydra-legacy-13", tree("defaults:\n- hydra/job_logging: none\n- _self_\nx: 1\n"), [])
case("optional-legacy-11", tree("defaults:\n- _self_\n- g: zzz\n  optional: true\nx: 1\n", g__a="n: a\n"), [], version_base="1.1")
case("defaults-not-list", tree("defaults: {g: a}\n", g__a="n: a\n"), [])
case("defaults-bad-item", tree("defaults:\n- 1\n"), [])
case("defaults-two-keys", tree("defaults:\n- g: a\n  h: b\n"), [])
case("same-group-twice", tree("defaults:\n- g: a\n- g: b\n", g__a="n: a\n", g__b="n: b\n"), [])
case("primary-missing", tree("a: 1\n"), [], config_name="nope")
case("primary-in-folder", tree("a: 1\n", sub__main="defaults:\n- _self_\n- /g: x\n- local\nm: 1\n", g__x="n: 1\n", sub__local="l: 1\n"), [], config_name="sub/main")
case("merge-list-into-dict", tree("defaults:\n- g: a\n- _self_\ng: [1]\n", g__a="n: a\n"), [])
case("merge-null-over-dict", tree("defaults:\n- g: a\n- _self_\ng: null\n", g__a="n: a\n"), [])
case("merge-missing-over-value", tree("defaults:\n- g: a\n- _self_\ng:\n  n: ???\n  m: ???\n", g__a="n: a\n"), [])
case("merge-into-reference", tree("defaults:\n- _self_\n- g@_global_: a\nx: {p: 1}\ny: ${x}\n", g__a="y: {q: 2}\n"), [])
case("primary-hydra-unknown", tree("hydra:\n  nope: 1\n"), [])
case("primary-hydra-type", tree("hydra:\n  run:\n    dir: 5\n"), [], cfg="hydra", package="hydra.run")
case("searchpath-not-primary", tree("defaults:\n- g: a\n", g__a="# @package _global_\nhydra:\n  searchpath: [file://x]\n"), [])
case("unicode", tree("naïve: café ☕\nцвет: ${naïve2}\nnaïve2: 中文\n"), ["naïve2=x"])
case("primary-hydra-sweeper", {"config.yaml": "hydra:\n  sweeper:\n    params:\n      a: 1,2\n      b: 3\n"}, ["hydra.sweeper.max_batch_size=2"], cfg="hydra", package="hydra.sweeper")
case("relative", tree("defaults:\n- g: a\n", g__a="defaults:\n- b\nx: 1\n", g__b="y: 2\n"))
case("absolute", tree("defaults:\n- g: a\n", g__a="defaults:\n- /h: c\nx: 1\n", h__c="z: 3\n"))
case("package-here", tree("defaults:\n- g: a\n", g__a="defaults:\n- h@_here_: c\n", g__h__c="z: 3\n"))
case("absent", tree("defaults:\n- g: nope\n", g__a="x: 1\n"))
case("delete-nested", tree("defaults:\n- g: a\n", g__a="defaults:\n- h: c\n", g__h__c="z: 3\n"), ["~g/h"])


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
# More about `_self_`, packages and overrides in the list.
GROUPS = {"g__a": "n: a\nx: 1\n", "g__b": "n: b\ny: 2\n", "h__a": "m: a\n", "h__b": "m: b\n"}
case("self-between", tree("defaults:\n- g: a\n- _self_\n- h: a\ng: {n: own}\nh: {m: own}\n", **GROUPS))
case("self-nested-first", tree("defaults:\n- g: c\n", g__c="defaults:\n- _self_\n- a\nn: c\n", **GROUPS))
case("self-nested-last", tree("defaults:\n- g: c\n", g__c="defaults:\n- a\n- _self_\nn: c\n", **GROUPS))
case("self-nested-absent", tree("defaults:\n- g: c\n", g__c="defaults:\n- a\nn: c\n", **GROUPS))
case("self-absent-11", tree("defaults:\n- g: a\ng: {n: own}\n", **GROUPS), version_base="1.1")
case("self-absent-12", tree("defaults:\n- g: a\ng: {n: own}\n", **GROUPS), version_base="1.2")
case("defaults-empty-2", tree("defaults: []\nx: 1\n"))
case("defaults-null-2", tree("defaults:\nx: 1\n"))
case("defaults-only", tree("defaults:\n- _self_\n"))
case("defaults-null-item", tree("defaults:\n-\n"))
case("defaults-list-item", tree("defaults:\n- [g]\n", **GROUPS))
case("defaults-interpolated", tree("defaults: ${x}\nx: []\n"))
case("defaults-below-group", tree("x: {defaults: [1]}\n"))
case("option-number-2", tree("defaults:\n- g: 1\n", g__1="n: one\n"))
case("option-bool", tree("defaults:\n- g: true\n", g__true="n: yes\n"))
case("option-dict", tree("defaults:\n- g: {a: 1}\n", **GROUPS))
case("option-list-null", tree("defaults:\n- g: [a, null]\n", **GROUPS))
case("option-list-empty", tree("defaults:\n- g: []\n- _self_\nx: 1\n", **GROUPS))
case("option-list-of-list", tree("defaults:\n- g: [[a]]\n", **GROUPS))
case("option-list-package", tree("defaults:\n- g@p: [a, b]\n", **GROUPS))
case("option-list-override", tree("defaults:\n- g: a\n- override g: [a, b]\n", **GROUPS))
case("option-list-to-one", tree("defaults:\n- g: [a, b]\n- override g: a\n", **GROUPS))
case("option-extension", tree("defaults:\n- g: a.yaml\n", **GROUPS))
case("option-path", tree("defaults:\n- g: s/a\n", g__s__a="n: deep\n"))
case("option-parent", tree("defaults:\n- g: ../h/a\n", **GROUPS))
case("option-empty-text", tree("defaults:\n- g: ''\n", **GROUPS))
case("option-missing-optional", tree("defaults:\n- optional g: ???\n", **GROUPS))
case("option-null-override", tree("defaults:\n- g: a\n- override g: null\n", **GROUPS))
case("option-interpolated-list", tree("defaults:\n- g: a\n- h: [a, '${g}']\n", **GROUPS))
case("option-interpolated-chain", tree("defaults:\n- g: b\n- h: ${g}\n- k: ${h}\n", k__b="z: 1\n", **GROUPS))
case("option-interpolated-later", tree("defaults:\n- h: ${g}\n- g: b\n", **GROUPS))
case("option-interpolated-package", tree("defaults:\n- g@p: b\n- h: ${g@p}\n", **GROUPS))
case("option-interpolated-override", tree("defaults:\n- g: b\n- h: a\n- override h: ${g}\n", **GROUPS))
case("option-interpolated-value", tree("defaults:\n- h: ${x}\nx: a\n", **GROUPS))
case("option-interpolated-env", tree("defaults:\n- h: ${oc.env:RUNNER_NOT_SET,b}\n", **GROUPS))
case("optional-present", tree("defaults:\n- optional g: a\n", **GROUPS))
case("optional-config", tree("defaults:\n- optional nope\n- _self_\nx: 1\n"))
case("optional-group-absent", tree("defaults:\n- optional zz: a\n- _self_\nx: 1\n"))
case("optional-chosen", tree("defaults:\n- optional g: zz\n", **GROUPS), ["g=a"])
case("optional-chosen-absent", tree("defaults:\n- optional g: a\n", **GROUPS), ["g=zz"])
case("optional-override", tree("defaults:\n- g: a\n- optional override g: b\n", **GROUPS))
case("optional-spaces", tree("defaults:\n- 'optional   g': a\n", **GROUPS))
case("keyword-unknown", tree("defaults:\n- maybe g: a\n", **GROUPS))
case("keyword-twice", tree("defaults:\n- optional optional g: a\n", **GROUPS))
case("config-package", tree("defaults:\n- other@p\n", other="o: 1\n"))
case("config-package-nested", tree("defaults:\n- other@p.q\n", other="o: 1\n"))
case("config-twice", tree("defaults:\n- other\n- other@p\n", other="o: 1\n"))
case("config-twice-same", tree("defaults:\n- other\n- other\n", other="o: 1\n"))
case("config-absolute", tree("defaults:\n- /other\n", other="o: 1\n"))
case("config-in-group", tree("defaults:\n- g/a\n", **GROUPS))
case("config-in-group-package", tree("defaults:\n- g/a@p\n", **GROUPS))
case("config-is-group", tree("defaults:\n- g\n", **GROUPS))
case("config-override", tree("defaults:\n- other\n- override other: x\n", other="o: 1\n"))
case("package-global", tree("defaults:\n- g@_global_: a\n", **GROUPS))
case("package-here-primary", tree("defaults:\n- g@_here_: a\n", **GROUPS))
case("package-here-deep", tree("defaults:\n- g: c\n", g__c="defaults:\n- /h@_here_.p: a\n", **GROUPS))
case("package-group-nested", tree("defaults:\n- g: c\n", g__c="defaults:\n- /h@_group_.p: a\n", **GROUPS))
case("package-name-13", tree("defaults:\n- g@_name_: a\n", **GROUPS))
case("package-relative", tree("defaults:\n- g: c\n", g__c="defaults:\n- /h@p: a\n", **GROUPS))
case("package-global-nested", tree("defaults:\n- g: c\n", g__c="defaults:\n- /h@_global_: a\n", **GROUPS))
case("package-global-below", tree("defaults:\n- g: c\n", g__c="defaults:\n- /h@_global_.p: a\n", **GROUPS))
case("package-empty", tree("defaults:\n- g@: a\n", **GROUPS))
case("package-two", tree("defaults:\n- g@a@b: a\n", **GROUPS))
case("package-same-group-twice", tree("defaults:\n- g@p: a\n- g@q: b\n", **GROUPS))
case("package-choose-each", tree("defaults:\n- g@p: a\n- g@q: a\n", **GROUPS), ["g@p=b", "g@q=b"])
case("package-choose-none", tree("defaults:\n- g@p: a\n- g@q: a\n", **GROUPS), ["g=b"])
case("header-global", tree("defaults:\n- k: z\n", k__z="# @package _global_\nx: 1\n"))
case("header-global-below", tree("defaults:\n- k: z\n", k__z="# @package _global_.p\nx: 1\n"))
case("header-and-entry", tree("defaults:\n- k@q: z\n", k__z="# @package p\nx: 1\n"))
case("header-of-primary", tree("# @package p\nx: 1\n"))
case("header-second-line", tree("defaults:\n- k: z\n", k__z="# about\n# @package p\nx: 1\n"))
case("header-after-content", tree("defaults:\n- k: z\n", k__z="x: 1\n# @package p\n"))
case("header-no-space", tree("defaults:\n- k: z\n", k__z="#@package p\nx: 1\n"))
case("header-empty", tree("defaults:\n- k: z\n", k__z="# @package\nx: 1\n"))
case("header-spaces", tree("defaults:\n- k: z\n", k__z="#   @package   p.q  \nx: 1\n"))
case("header-twice-2", tree("defaults:\n- k: z\n", k__z="# @package p\n# @package q\nx: 1\n"))
case("header-unknown", tree("defaults:\n- k: z\n", k__z="# @foo p\nx: 1\n"))
case("header-with-defaults", tree("defaults:\n- k: z\n", k__z="# @package _global_\ndefaults:\n- /g: a\n- /h@p: a\nx: 1\n", **GROUPS))
case("header-group", tree("defaults:\n- k: z\n", k__z="# @package _group_\nx: 1\n"))
case("header-name-11", tree("defaults:\n- k: z\n", k__z="# @package p._name_\nx: 1\n"), version_base="1.1")
case("override-in-nested", tree("defaults:\n- g: a\n- h: c\n", h__c="defaults:\n- override /g: b\n- a\n", **GROUPS))
case("override-nested-wins", tree("defaults:\n- h: c\n- g: a\n", h__c="defaults:\n- override /g: b\n", **GROUPS))
case("override-outer-wins", tree("defaults:\n- g: c\n- override g/s: b\n", g__c="defaults:\n- s: a\n", g__s__a="z: 1\n", g__s__b="z: 2\n"))
case("override-package", tree("defaults:\n- g@p: a\n- override g@p: b\n", **GROUPS))
case("override-wrong-package", tree("defaults:\n- g@p: a\n- override g@q: b\n", **GROUPS))
case("override-twice", tree("defaults:\n- g: a\n- override g: b\n- override g: a\n", **GROUPS))
case("override-absent-option", tree("defaults:\n- g: a\n- override g: zz\n", **GROUPS))
case("override-and-command-line", tree("defaults:\n- g: a\n- override g: b\n", **GROUPS), ["g=a"])
case("override-hydra", tree("defaults:\n- _self_\n- override hydra/launcher: basic\nx: 1\n"))
case("override-hydra-absent", tree("defaults:\n- override hydra/launcher: zz\n"))
case("override-hydra-without-keyword", tree("defaults:\n- hydra/launcher: basic\n"))
case("override-no-keyword-13", tree("defaults:\n- g: a\n- g: b\n", **GROUPS))
case("append-experiment", tree("defaults:\n- g: a\n", e__x="# @package _global_\ndefaults:\n- override /g: b\nz: 1\n", **GROUPS), ["+e=x"])
case("append-experiment-order", tree("defaults:\n- g: a\n- _self_\ng: {n: own}\n", e__x="# @package _global_\ng: {n: exp}\n", **GROUPS), ["+e=x"])
case("append-experiments", tree("defaults:\n- g: a\n", e__x="# @package _global_\nz: 1\n", e__y="# @package _global_\nz: 2\n", **GROUPS), ["+e=[x,y]"])
case("delete-from-list", tree("defaults:\n- g: a\n- h: a\n", **GROUPS), ["~g"])
case("delete-list-option", tree("defaults:\n- g: [a, b]\n", **GROUPS), ["~g"])
case("delete-list-option-value", tree("defaults:\n- g: [a, b]\n", **GROUPS), ["~g=[a,b]"])
case("delete-and-override", tree("defaults:\n- g: a\n- override g: b\n", **GROUPS), ["~g"])
case("delete-in-nested", tree("defaults:\n- g: c\n", g__c="defaults:\n- s: a\n", g__s__a="z: 1\n"), ["~g/s=a"])
case("recursion", tree("defaults:\n- g: a\n", g__a="defaults:\n- b\n", g__b="defaults:\n- a\n"))
case("recursion-itself", tree("defaults:\n- config\n"))
case("group-and-config-of-a-name", tree("defaults:\n- g\n- g: a\n", g="top: 1\n", **GROUPS))
case("group-deep", tree("defaults:\n- a/b/c: d\n", a__b__c__d="x: 1\n"))
case("group-slash-last", tree("defaults:\n- g/: a\n", **GROUPS))
case("group-absolute-primary", tree("defaults:\n- /g: a\n", **GROUPS))
case("group-absolute-choose", tree("defaults:\n- /g: a\n", **GROUPS), ["g=b"])
case("group-dash", tree("defaults:\n- g-h: a\n", **{"g-h__a": "x: 1\n"}))
case("group-dot", tree("defaults:\n- g.h: a\n", **{"g.h__a": "x: 1\n"}))
case("file-yml", {"config.yaml": "defaults:\n- g: a\n", "g/a.yml": "x: 1\n"})
case("file-yml-11", {"config.yaml": "defaults:\n- g: a\n", "g/a.yml": "x: 1\n"}, version_base="1.1")
case("file-upper", {"config.yaml": "defaults:\n- g: a\n", "g/A.yaml": "x: 1\n"})
case("file-empty", tree("defaults:\n- g: e\n", g__e=""))
case("file-only-header", tree("defaults:\n- g: e\n", g__e="# @package p\n"))
case("file-list", tree("defaults:\n- g: e\n", g__e="- 1\n"))
case("file-bad", tree("defaults:\n- g: e\n", g__e="a: [\n"))
case("primary-extension", tree("x: 1\n"), config_name="config.yaml")
case("primary-absolute-2", tree("x: 1\n", sub__main="y: 1\n"), config_name="/sub/main")
case("primary-hydra-run", tree("hydra:\n  run: {dir: here}\n"), cfg="hydra", package="hydra.run")
case("primary-hydra-null", tree("hydra: null\n"))
case("primary-hydra-scalar", tree("hydra: 1\n"))
case("hydra-from-group", tree("defaults:\n- g: e\n", g__e="# @package _global_\nhydra:\n  job: {name: e}\n"), cfg="hydra", package="hydra.job.name")
case("hydra-choices", tree("defaults:\n- g: a\n- h@p: [a, b]\n", **GROUPS), ["g=b"], cfg="hydra", package="hydra.runtime.choices")
case("hydra-overrides", tree("x: 1\n"), ["x=2", "hydra.job.name=n", "+y='a b'"], cfg="hydra", package="hydra.overrides")
case("hydra-override-dirname", tree("a: 1\nb: {c: 2}\n"), ["b.c=3", "+d=[1,2]", "a='x y'"], cfg="hydra", package="hydra.job")
case("hydra-sweep-dir", tree("x: 1\n"), ["hydra.sweep.subdir=${x}"], cfg="hydra", package="hydra.sweep", resolve=False)
