"""Merging: layers of files, the later over the earlier, and values of the command line onto them."""

from hydra_truth import composed as TRUTH  # noqa: F401

# The tree of the cases below that have no layers of their own.
SHARED = {
    "files": {
        "config.yaml": "a: 1\nb: [1, 2, {c: d}]\nm: {x: {y: {z: 1}}, n: null, e: {}, l: []}\nmissing: ???\n"
        "ref: ${m.x.y.z}\ncopy: ${m}\nrel: {one: 1, two: '${.one}', three: {four: '${..one}'}}\n",
    }
}

LAYERS = {
    "new-keys-last": ["a: 1\nb: 2\n", "c: 3\na: 4\n"],
    "maps": ["m: {x: 1, y: {z: 2}}\n", "m: {y: {w: 3}, v: 4}\n"],
    "lists-replace": ["l: [1, 2, 3]\n", "l: [4]\n"],
    "list-by-empty": ["l: [1]\n", "l: []\n"],
    "list-of-maps": ["l: [{a: 1}, {b: 2}]\n", "l: [{c: 3}]\n"],
    "map-by-empty": ["m: {x: 1}\n", "m: {}\n"],
    "map-by-scalar": ["m: {x: 1}\n", "m: 5\n"],
    "map-by-null": ["m: {x: 1}\n", "m:\n"],
    "map-by-missing": ["m: {x: 1}\n", "m: ???\n"],
    "map-by-list": ["m: {x: 1}\n", "m: [1]\n"],
    "list-by-map": ["l: [1]\n", "l: {x: 1}\n"],
    "list-by-scalar": ["l: [1]\n", "l: 5\n"],
    "list-by-null": ["l: [1]\n", "l: null\n"],
    "list-by-missing": ["l: [1]\n", "l: ???\n"],
    "scalar-by-null": ["a: 1\n", "a: null\n"],
    "scalar-by-other-type": ["a: 1\nb: text\nc: true\n", "a: text\nb: 1.5\nc: null\n"],
    "missing-by-scalar": ["a: ???\n", "a: 1\n"],
    "missing-by-missing": ["a: ???\n", "a: ???\n"],
    "missing-new-key": ["a: 1\n", "b: ???\n"],
    "interpolation-by-scalar": ["a: 1\nb: ${a}\n", "b: 2\n"],
    "interpolation-by-interpolation": ["a: 1\nb: ${a}\n", "b: ${c}\nc: 2\n"],
    "interpolation-by-missing": ["a: 1\nb: ${a}\n", "b: ???\n"],
    "interpolation-to-map-by-map": ["a: {x: 1}\nb: ${a}\n", "b: {y: 2}\n"],
    "interpolation-to-map-by-scalar": ["a: {x: 1}\nb: ${a}\n", "b: 2\n"],
    "interpolation-to-list-by-list": ["a: [1]\nb: ${a}\n", "b: [2]\n"],
    "interpolation-to-scalar-by-map": ["a: 1\nb: ${a}\n", "b: {y: 2}\n"],
    "interpolation-to-nothing-by-map": ["b: ${nope}\n", "b: {y: 2}\n"],
    "interpolation-to-later-map-by-map": ["b: ${a}\n", "a: {x: 1}\nb: {y: 2}\n"],
    "interpolation-chain-by-map": ["a: {x: 1}\nb: ${a}\nc: ${b}\n", "c: {y: 2}\n"],
    "interpolation-below-by-map": ["a: {x: {y: 1}}\nb: {r: '${a.x}'}\n", "b: {r: {z: 2}}\n"],
    "interpolation-relative-by-map": ["m: {a: {x: 1}, b: '${.a}'}\n", "m: {b: {y: 2}}\n"],
    "interpolation-copied-with-relative": ["m: {a: {x: '${..n}'}, n: 1}\nb: ${m.a}\n", "b: {y: 2}\n"],
    "map-by-interpolation": ["m: {x: 1}\n", "m: ${o}\no: 2\n"],
    "list-by-interpolation": ["l: [1]\n", "l: ${o}\no: 2\n"],
    "three-layers": ["m: {x: 1, y: 1}\n", "m: {y: 2, z: 2}\n", "m: {z: 3, w: 3}\n"],
    "three-layers-back-to-map": ["m: {x: 1}\n", "m: null\n", "m: {y: 2}\n"],
    "three-layers-list-between": ["m: 1\n", "m: [1]\n", "m: [2, 3]\n"],
    "number-keys": ["1: a\n2: {x: 1}\n", "2: {y: 2}\n1: b\n"],
    "bool-and-number-keys": ["1: a\n", "true: b\n"],
    "dotted-key": ["a.b: 1\na: {b: 2}\n", "a.b: 3\n"],
    "empty-layer": ["a: 1\n", ""],
}

# Overrides onto the shared tree.
ONTO = {
    "nothing": [],
    "below-list-item": ["b.2.c=e", "b.0=9"],
    "map-into-map": ["m={x: {y: {z: 5}}, e: null}"],
    "map-into-null": ["m.n={k: 1}"],
    "map-into-empty": ["+m.e={k: 1}"],
    "map-into-empty-without-plus": ["m.e={k: 1}"],
    "map-into-missing": ["missing={k: 1}"],
    "add-over-null": ["+m.n=2"],
    "add-over-missing": ["+missing=3"],
    "add-map-deep": ["+m.x={q: 2}", "+m={w: 1}"],
    "interpolation-as-value": ["m.x.y.z=${a}"],
    "interpolation-nested-as-value": ["+k=${m.x.${a}}"],
    "below-interpolation": ["copy.x.y.z=5"],
    "below-interpolation-new-key": ["+copy.w=5"],
    "map-into-interpolation": ["copy={e: 5}"],
    "map-into-interpolation-new-key": ["copy={w: 5}"],
    "scalar-into-interpolation": ["ref=5"],
    "delete-null": ["~m.n"],
    "delete-missing": ["~missing"],
    "delete-below-interpolation": ["~copy.x"],
    "delete-value-of-interpolation": ["~ref=1"],
    "delete-then-wrong": ["~m.x", "~a", "~rel.three=x"],
    "list-into-list-item": ["b.2=[x]"],
    "list-item-map": ["b.2={c: e}"],
    "list-item-map-new-key": ["b.2={f: 1}"],
    "add-list-item-key": ["+b.2.f=1"],
    "list-into-empty-list": ["m.l=[1,[2,{a: b}]]"],
}


def layers(texts):
    """A primary config that is only a defaults list of the layers."""
    names = [f"layer{number}" for number in range(len(texts))]
    files = {"config.yaml": "defaults: [" + ", ".join(names) + "]\n"}
    return files | {f"{name}.yaml": text for name, text in zip(names, texts)}


CASES = (
    {f"layers-{id}": {"files": layers(texts)} for id, texts in LAYERS.items()}
    | {f"onto-{id}": {"args": args} for id, args in ONTO.items()}
    | {"onto-resolve-missing": {"resolve": True}}
    | {"onto-resolve-copy": {"args": ["missing=0", "+k='${a}'", r"+l='\${a}'"], "resolve": True}}
)
