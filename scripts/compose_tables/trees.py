"""Config trees that are worth browsing; folders.py says what is done with them."""

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
dec: '${oc.decode:"[1, {a: 2}, ${a}]"}'
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
