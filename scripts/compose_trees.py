"""Config trees and command lines for compose_cases.py; written for this project."""

DB = {
    "config.yaml": "defaults:\n- _self_\n- db: mysql\n- optional cache: none\napp: demo\nport: ${db.port}\n",
    "db/mysql.yaml": "driver: mysql\nport: 3306\nuser: root\n",
    "db/postgresql.yaml": "driver: postgresql\nport: 5432\nuser: ${oc.env:CARGO_PKG_NAME}\ntimeout: 10\n",
    "schema/school.yaml": "tables: [student, class]\n",
    "schema/shop.yaml": "tables: [item]\nprices:\n  low: 0.5\n  high: 1e3\n",
    "experiment/fast.yaml": "# @package _global_\ndefaults:\n- override /db: postgresql\n- /schema: shop\napp: fast\ndb:\n  timeout: 1\n",
}

MODEL = {
    "config.yaml": """\
defaults:
  - _self_
  - data@train_data: default
  - data@eval_data: default
  - model/head: linear
  - model/body: small
  - opt: sgd
  - override hydra/job_logging: none
lr: 0.1
weights:
  cls: 1.0
  distill: ${distill}
distill: 0.0
list: [[__all__, 0.1, 0.0001]]
root: ${hydra:runtime.cwd}/x
hydra:
  run:
    dir: ./outputs
  job:
    name: demo
""",
    "data/default.yaml": "frames: 8\nrate: 2\nscale:\n  h: 256\n  w: -1\n",
    "data/long.yaml": "defaults:\n- default\n- _self_\nframes: 64\n",
    "model/head/linear.yaml": "_target_: torch.nn.Linear\nbias: true\n",
    "model/head/mlp.yaml": "_target_: models.MLP\nlayers: 2\n",
    "model/body/small.yaml": "width: 64\n",
    "model/body/large.yaml": "width: 1024\ndepth: ${times_int:${.width},0.01}\n",
    "opt/sgd.yaml": "_target_: sgd\nlr: ${lr}\nnesterov: false\n",
    "opt/adam.yaml": "_target_: adam\nlr: ${lr}\nbetas: [0.9, 0.999]\n",
    "experiment/base.yaml": "# @package _global_\ndefaults:\n  - override /model/head: mlp\n  - override /opt: adam\nlr: 1e-4\nmodel:\n  head:\n    layers: 3\n",
    "experiment/child.yaml": "# @package _global_\ndefaults:\n  - base\n  - override /data@train_data: long\ndistill: 20\n",
    "debug/tiny.yaml": "# @package _global_\nmodel:\n  body:\n    width: 4\ntrain_data:\n  frames: 2\n",
}

VALUES = {
    "config.yaml": """\
a: 1
b: [1, 2, {c: d}]
m: {x: {y: {z: 1}}, n: null, e: {}, l: []}
missing: ???
ref: ${m.x.y.z}
text: pre ${a} post
copy: ${m}
rel:
  one: 1
  two: ${.one}
  three:
    four: ${..one}
""",
}

SCALARS = {
    "config.yaml": r"""
floats: [1e-4, 1e-5, 1e15, 1e16, .inf, -.inf, .nan, 1.0, 100000000000000000000.0, 1.5e300, -0.0]
ints: [017, 0x1f, 0b11, 1_000, 12:30, -5, 0]
bools: [yes, No, ON, off, true, FALSE]
nulls: [~, null, Null, ]
texts: [-.5, +.5, 08, 2020-01-01, y, n, 1e, "1e-4", "1", "true", "null", "~", "=", "<<", "0x1", "1_0", "nan", "inf", " 1"]
quoted: ["it's", 'say "hi"', "a: b", "a #b", "#x", "- x", "-", "?", ": ", "@x", "%x", "`x", "*x", "&x", "!x", "|", ">", "{a", "[a", "a]", "a,b", "", " lead", "trail ", "a\tb", "line\nbreak", "two\n\nbreaks\n", " sp\nbr", "br \nsp", "\u00e9\u4e2d", "\u0007", "\u00a0", "\U0001F600", "back\\slash", "---", "--- a", "...x", "a\u2028b", "\x7f", "é"]
long: the quick brown fox jumps over the lazy dog and then runs away from it as fast as it possibly can do so
longq: "the quick brown fox: jumps over the lazy dog and then runs away from it as fast as it possibly can, 'so'"
longd: "the quick brown fox\t jumps over the lazy dog and then runs away from it as fast as it possibly can do so"
nospace: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
double  spaces: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  ccccccccccc ddddd"
block: |
  first
  second
folded: >
  first
  second

  third
1: int key
1.5: float key
true: bool key
"y": quoted key
"": empty key
"a b": spaced
"a: b": colon
"multi\nline": breaks
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: long key
nested: [[1, [2, [3]]], [], {}, [{a: [b]}], {x: [1, {y: z}]}]
anchor: &a {k: v, l: w}
alias: *a
merged: {<<: *a, k: own}
""",
}

CASES = {}


def case(name, files, args, **more):
    assert name not in CASES, name
    CASES[name] = {"files": files, "args": args, **more}


# Groups, packages and the defaults list.
case("db-plain", DB, [])
case("db-choose", DB, ["db=postgresql"])
case("db-resolve", DB, ["db=postgresql"], resolve=True)
case("db-change", DB, ["db.user=me", "db.port=1"])
case("db-delete-group", DB, ["~db", "port=1"])
case("db-delete-option", DB, ["~db=mysql", "port=1"])
case("db-delete-wrong-option", DB, ["~db=postgresql"])
case("db-append", DB, ["+schema=school"])
case("db-append-package", DB, ["+schema@other.place=shop"])
case("db-append-global", DB, ["+schema@_global_=shop"])
case("db-append-list", DB, ["+schema=[school,shop]"])
case("db-append-twice", DB, ["+schema=school", "+schema@x=school", "+db@db2=postgresql"])
case("db-append-existing", DB, ["+db=postgresql"])
case("db-override-missing", DB, ["schema=shop"])
case("db-no-such-option", DB, ["db=oracle"])
case("db-no-such-group-package", DB, ["nope@x=1"])
case("db-force-add-group", DB, ["++db=mysql"])
case("db-group-number", DB, ["db=1"])
case("db-experiment", DB, ["+experiment=fast"])
case("db-experiment-and-choice", DB, ["+experiment=fast", "db=mysql", "++db.timeout=3"])
case("db-package", DB, [], package="db")
case("db-package-scalar", DB, [], package="db.port")
case("db-package-missing", DB, [], package="nope")
case("db-cache-optional", DB, ["cache=redis"])
case("db-null", DB, ["db=null"])

case("model-plain", MODEL, [])
case("model-resolve", MODEL, ["model/body=large"], resolve=True)
case("model-experiment", MODEL, ["+experiment=base"])
case("model-child", MODEL, ["+experiment=child"])
case("model-child-debug", MODEL, ["+experiment=child", "+debug=tiny", "distill=0.5"], resolve=True)
case("model-override-wins", MODEL, ["+experiment=child", "model/head=linear"])
case("model-package-choice", MODEL, ["data@eval_data=long", "eval_data.rate=5"])
case("model-second-dataset", MODEL, ["+data@eval_data2=long"])
case("model-list", MODEL, ["list=[[__all__,0.000005,0.0001]]"])
case("model-copy-node", MODEL, ["eval_data=${train_data}"])
case("model-copy-then-change", MODEL, ["eval_data=${train_data}", "eval_data.frames=3"])
case("model-struct", MODEL, ["model.head.layer=3"])
case("model-add", MODEL, ["+model.head.layers=3", "+model.head.loss={_target_: torch.nn.MSELoss, w: [1, 2.5, null, true, x y]}"])
case("model-hydra", MODEL, ["+experiment=base", "lr=3"], cfg="hydra")
case("model-all", MODEL, [], cfg="all")
case("model-hydra-resolve", MODEL, ["hydra.run.dir=out/${hydra.job.name}", "hydra/output=default", "hydra.sweep.dir=x"], cfg="hydra", resolve=True, package="hydra.run")
case("model-hydra-job", MODEL, ["hydra.job.chdir=true", "hydra.job.num=3", "hydra.job.id=7", "hydra.job.env_set={A: 1}"], cfg="hydra", package="hydra.job")
case("model-hydra-unknown", MODEL, ["hydra.job.nam=x"])
case("model-hydra-add", MODEL, ["+hydra.job.extra=x"], cfg="hydra", package="hydra.job")
case("model-hydra-type", MODEL, ["hydra.job.num=abc"])
case("model-hydra-null", MODEL, ["hydra.run.dir=null"])
case("model-hydra-searchpath", MODEL, ["hydra.searchpath=[file://nowhere]"], cfg="hydra", package="hydra.searchpath")
case("model-hydra-mode", MODEL, ["hydra.mode=RUN"], cfg="hydra", package="hydra.mode")
case("model-hydra-mode-wrong", MODEL, ["hydra.mode=WALK"])
case("model-hydra-verbose", MODEL, ["hydra.verbose=[a,b]"], cfg="hydra", package="hydra.verbose")
case("model-hydra-sweeper", MODEL, ["hydra.sweeper.params={a: '1,2', b: 3}", "hydra.sweeper.max_batch_size=2"], cfg="hydra", package="hydra.sweeper")
case("primary-hydra-sweeper", {"config.yaml": "hydra:\n  sweeper:\n    params:\n      a: 1,2\n      b: 3\n"}, ["hydra.sweeper.max_batch_size=2"], cfg="hydra", package="hydra.sweeper")
case("model-hydra-launcher-closed", MODEL, ["hydra.launcher.nodes=2"])
case("model-hydra-dirname", MODEL, ["lr=1", "+z=2", "distill=3", "hydra.job.config.override_dirname.exclude_keys=[lr]", "hydra.job.config.override_dirname.item_sep=;"], cfg="hydra", package="hydra.job")

# Values and overrides.
case("values-plain", VALUES, [])
case("values-missing-resolve", VALUES, [], resolve=True)
case("values-change", VALUES, ["a=x", "b.0=9", "b.2.c=e", "m.x.y.z=${a}", "m.n={k: 1}"])
case("values-merge-dict", VALUES, ["m={x: {y: {z: 5}}, e: null}"])
case("values-merge-new-key", VALUES, ["m={w: 1}"])
case("values-add-dict", VALUES, ["+m={w: 1}", "+m.x={q: 2}"])
case("values-add-existing", VALUES, ["+a=2"])
case("values-add-null", VALUES, ["+m.n=2", "+missing=3"])
case("values-force", VALUES, ["++a=2", "++new.deep.key=3"])
case("values-add-deep", VALUES, ["+p.q.r=[1]", "+p.q.s={}"])
case("values-unknown", VALUES, ["m.x.q=1"])
case("values-unknown-deep", VALUES, ["nope.deep=1"])
case("values-delete", VALUES, ["~m.x", "~a", "~rel.three=x"])
case("values-delete-ok", VALUES, ["~m.x", "~a=1", "~rel.three", "~text=pre 1 post"])
case("values-delete-missing", VALUES, ["~nope"])
case("values-delete-null", VALUES, ["~m.n"])
case("values-list-replace", VALUES, ["b=[]", "m.l=[1,[2,{a:b}]]"])
case("values-list-out-of-range", VALUES, ["b.7=1"])
case("values-list-not-index", VALUES, ["b.x=1"])
case("values-scalar-parent", VALUES, ["a.b=1"])
case("values-scalar-parent-add", VALUES, ["+a.b=1"])
case("values-quotes", VALUES, ["a='x, y: z'", "text=\"it's\"", "m.n='\\'q\\''", "+k1='a\\\\'", "+k2=a\\,b\\ c", "+k3=\\\\", "+k4='${a}'", "+k5='\\${a}'"])
case("values-quotes-resolve", VALUES, ["missing=0", "+k4='${a}'", "+k5='\\${a}'", "+k6='\\\\${a}'", "+k7=${a}${a}", "+k8='${oc.env:CARGO_PKG_NAME}'"], resolve=True)
case("values-numbers", VALUES, ["+f=[1e-4,1E5,.5,5.,-1_0.5,inf,nan,1_000,007,0x10,1.2.3,10-20,true,null,TRUE]"])
case("values-casts", VALUES, ["+i=int('5')", "+f=float(5)", "+s=str(5.0)", "+b=bool(1)", "+l=int([1.9,'2'])", "+d=str({a: 1, b: true})"])
case("values-functions", VALUES, ["+s=sort([3,1,2])", "+r=sort([b,a],reverse=true)", "+e="])
case("values-paths", VALUES, ["+p=/a/b.c/d-e_f", "+u=http://x.y/z?a@b", "+t=~", "+c=a:b:c", "+star=*.py", "+w=a b  c"])
case("values-sweep-in-run", VALUES, ["a=1,2"])
case("values-choice-in-run", VALUES, ["a=choice(1,2)"])
case("values-grammar", VALUES, ["a=[1,2"])
case("values-grammar-equals", VALUES, ["a=b=c"])
case("values-nested-interpolation", VALUES, ["+k=${m.x.${a}}"])
case("values-dict-keys", VALUES, ["+d={1: a, true: b, x y: c, 1.5: d, a: {}}"])

INTER = {
    "config.yaml": r"""
a: 1
b: {c: x, d: [10, 20]}
name: c
n1: ${b.${name}}
n2: ${b.d[1]}
n3: ${b[d].0}
n4: "${b.d.0}-${a}"
esc: \${a}
esc2: \\${a}
env: ${oc.env:CARGO_PKG_NAME}
envd: ${oc.env:RUNNER_NOT_SET,default}
envn: ${oc.env:RUNNER_NOT_SET,null}
envi: ${oc.env:RUNNER_NOT_SET,5}
sel: ${oc.select:nope,fallback}
sel2: ${oc.select:b.c}
dec: ${oc.decode:"[1, {a: 2}, ${a}]"}
dec2: ${oc.decode:null}
cre: ${oc.create:{x:1,y:[2,3]}}
keys: ${oc.dict.keys:b}
vals: ${oc.dict.values:b}
min: ${minus:5,2}
minf: ${minus:5,0.5}
tim: ${times_int:3,1.5}
chain: ${n1}
wrap: "x ${b} y"
bool: "${oc.decode:true} and ${oc.decode:null} and ${oc.decode:1e-7}"
jobname: ${hydra:job.name}
choice: ${hydra:runtime.choices}
none: ${hydra:job.num}
quoted: ${oc.env:"RUNNER_NOT_SET",'it is ${a}'}
sib: ["${.1}", z, "${..a}"]
""",
}
case("inter-plain", INTER, [])
case("inter-resolve", INTER, [], resolve=True)
for bad, text in {
    "cycle": "a: ${b}\nb: ${a}\n",
    "self": "a: ${a}\n",
    "unknown": "a: ${nope}\n",
    "unknown-resolver": "a: ${nope:1}\n",
    "through-scalar": "a: 1\nb: ${a.c}\n",
    "env": "a: ${oc.env:RUNNER_NOT_SET}\n",
    "parent": "a: {b: '${a}'}\n",
    "above": "a: ${...b}\n",
    "syntax": "a: ${b\n",
    "minus-text": "a: ${minus:x,1}\n",
}.items():
    case(f"inter-bad-{bad}", {"config.yaml": text}, [], resolve=True)

case("scalars", SCALARS, [])
for bad, text in {
    "duplicate": "a: 1\na: 2\n",
    "second-document": "a: 1\n---\nb: 2\n",
    "null-key": "~: 1\n",
    "number": "5\n",
    "tag": "a: !foo 1\n",
    "unclosed": "a: [1\n",
    "value": "a: =\n",
    "list": "- a\n- b\n",
    "tab": "a:\n\tb: 1\n",
}.items():
    case(f"yaml-bad-{bad}", {"config.yaml": text}, [])
case("yaml-bare-text", {"config.yaml": "abc\n"}, [])
case("yaml-empty", {"config.yaml": ""}, [])
case("yaml-quoted-config", {"config.yaml": "'a: 1'\n"}, [])

# More defaults lists.
def tree(config, **files):
    return {"config.yaml": config, **{k.replace("__", "/") + ".yaml": v for k, v in files.items()}}


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
case("override-not-last", tree("defaults:\n- override g: b\n- g: a\n", g__a="n: a\n", g__b="n: b\n"), [])
case("override-no-match", tree("defaults:\n- g: a\n- override h: b\n", g__a="n: a\n", h__b="n: b\n"), [])
case("options-list", tree("defaults:\n- g: [a, b]\n", g__a="n: a\nx: 1\n", g__b="n: b\n"), [])
case("options-list-choose", tree("defaults:\n- g: [a, b]\n", g__a="n: a\nx: 1\n", g__b="n: b\n"), ["g=[b,a]"])
case("options-list-one", tree("defaults:\n- g: [a, b]\n", g__a="n: a\nx: 1\n", g__b="n: b\n"), ["g=b"])
case("required", tree("defaults:\n- g: ???\n", g__a="n: a\n", g__b="n: b\n"), [])
case("required-chosen", tree("defaults:\n- g: ???\n", g__a="n: a\n", g__b="n: b\n"), ["g=a"])
case("null-option", tree("defaults:\n- _self_\n- g: null\nx: 1\n", g__a="n: a\n"), [])
case("null-option-chosen", tree("defaults:\n- _self_\n- g: null\nx: 1\n", g__a="n: a\n"), ["g=a"])
case("interpolated-option", tree("defaults:\n- g: a\n- h: x_${g}\n", g__a="n: a\n", g__b="n: b\n", h__x_a="m: a\n", h__x_b="m: b\n"), ["g=b"])
case("interpolated-option-unknown", tree("defaults:\n- h: x_${nope}\n", h__x_a="m: a\n"), [])
case("optional-missing", tree("defaults:\n- _self_\n- optional g: zzz\nx: 1\n", g__a="n: a\n"), [])
case("plain-missing", tree("defaults:\n- nope\n"), [])
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
