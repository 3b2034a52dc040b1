"""The override grammar: what a command line means for one small tree."""

from hydra_truth import composed as TRUTH  # noqa: F401

SHARED = {
    "files": {
        "config.yaml": "defaults:\n- _self_\n- db: mysql\na: 1\nlist: [1, 2]\nnode: {x: 1, y: {z: 2}}\n",
        "db/mysql.yaml": "name: mysql\n",
        "db/pg.yaml": "name: pg\n",
        "extra/one.yaml": "k: 1\n",
        "extra/two.yaml": "l: 2\n",
    }
}

# Values, as the value of the new key `k.v`; only `k` is printed.
VALUES = {
    "int": "5",
    "int-underscore": "1_000",
    "float-exponent": "1e-4",
    "bool-upper": "TRUE",
    "null": "null",
    "empty": "",
    "quoted-int": "'5'",
    "dict-nested": "{a:{b:[1,{c:d}]}}",
    "unclosed-list": "[1,2",
    "unclosed-quote": "'abc",
}

# Whole command lines.
LINES = {
    "choose": ["db=pg"],
    "append": ["+extra=one"],
    "append-package": ["+extra@node.y=one"],
    "delete-group": ["~db"],
    "no-such-key": ["nope=1"],
}

CASES = {
    f"value-{id}": {"args": [f"+k.v={text}"], "package": "k"} for id, text in VALUES.items()
} | {id: {"args": args} for id, args in LINES.items()}
