"""`${...}` of every kind, resolved."""

import json

from hydra_truth import composed as TRUTH  # noqa: F401

SHARED = {
    "base": "a: 1\nb: {c: x, d: [10, 20], e: null, f: {g: deep}}\nname: c\ngone: ???\nto_a: ${a}\nto_b: ${b}\n"
    "odd: {'1': one, a b: space, x-y: dash}\nto: name\nzero: 0\n",
    "package": "k",
    "resolve": True,
}

# Texts for the key `k.v`, after the base; only `k` is printed.
TEXTS = {
    # Paths.
    "absolute": "${a}",
    "absolute-deep": "${b.f.g}",
    "item-mixed": "${b.d[0]}",
    "missing-value": "${gone}",
    "missing-in-text": "x${gone}",
    "below-missing": "${gone.x}",
    "chain": "${to_a}",
    "through-interpolation": "${to_b.c}",
    "through-interpolation-item": "${to_b.d[1]}",
    "number-key": "${odd.1}",
    "space-key": "${odd.a b}",
    "dash-key": "${odd.x-y}",
    "hydra-node": "${hydra.job.name}",
    # Relative paths.
    "relative-up-below": "${..b.c}",
    # Texts around it.
    "twice": "${a}${a}",
    "in-text-float": "${a}.5",
    "in-text-null": "<${b.e}>",
    "in-text-map": "<${b}>",
    "in-text-list": "<${b.d}>",
    "in-text-nested": "${b.${name}}!",
    "spaces-inside": "${ a }",
    "space-before-dollar": " ${a}",
    "line-break-around": "x\n${a}\ny",
    # Nesting.
    "nested-twice": "${${to}}",
    "nested-part": "${b.d[${zero}]}",
    "nested-in-resolver": "${oc.select:b.${name}}",
    # Escapes.
    "escaped-twice": r"\${a} \${a}",
    "escaped-then-real": r"\${a} ${a}",
    "backslash-elsewhere": r"a\b ${a}",
    "dollar-alone": "$ $a {a} ${a}",
    "dollar-twice": "$${a}",
    # Broken ones.
    "empty-spaces": "${ }",
    "two-words": "${a a}",
    "closing-only": "a}",
    "colon-first": "${:a}",
    # Arguments of resolvers.
    "no-such-resolver": "${nope:1}",
    "argument-int": "${oc.decode:12}",
    "argument-spaces": "${oc.select: nope , 7 }",
    "argument-words": "${oc.select:nope,two words}",
    "argument-single-quotes": "${oc.select:nope,'a, b'}",
    "argument-double-quotes": '${oc.select:nope,"a: }"}',
    "argument-quote-escaped": r"${oc.select:nope,'it\'s'}",
    "argument-escaped-comma": r"${oc.select:nope,a\,b}",
    "argument-interpolation": "${oc.select:nope,${a}}",
    "argument-quoted-interpolation": "${oc.select:nope,'<${a}>'}",
    "argument-list": "${oc.select:nope,[1,[a]]}",
    "argument-map": "${oc.select:nope,{x:1,y:{z:a}}}",
    "argument-null": "${oc.select:nope,null}",
    "argument-bool": "${oc.select:nope,TRUE}",
    "argument-float": "${oc.select:nope,1e-3}",
    "argument-empty": "${oc.select:nope,}",
    "argument-quoted-number": "${oc.select:nope,'1'}",
    "argument-path": "${oc.select:nope,/a/b.c:d}",
    "argument-url": "${oc.select:nope,http://x.y/z}",
    "argument-equals": "${oc.select:nope,a=b}",
    "argument-resolver": "${oc.select:nope,${oc.select:b.c}}",
    "no-argument": "${oc.select:}",
    "too-many-arguments": "${oc.select:a,1,2}",
    "space-before-colon": "${oc.select :a}",
    "resolver-name-nested": "${oc.${name}:a}",
}

CASES = {
    id: {"text": f"k: {{w: near, v: {json.dumps(text, ensure_ascii=False)}}}\n"} for id, text in TEXTS.items()
}

# Whole texts.
CASES |= {
    "cycle": {"text": "k: {v: '${x}'}\nx: ${y}\ny: ${x}\n"},
    "cycle-through-map": {"text": "k: {v: {w: '${k.v}'}}\n"},
    "cycle-of-siblings": {"text": "k: {v: '${.w}', w: '${.v}'}\n"},
    "in-list-relative": {"text": "k: ['${.1}', z, '${..a}']\n"},
    "in-list-nested": {"text": "k: [['${..1}'], two]\n"},
    "below-referred-map": {"text": "k: {v: '${x}'}\nx: {y: '${.z}', z: 5}\n"},
    "parent-of-referred-map": {"text": "k: {v: '${x.m}', p: 1}\nx: {m: {y: '${..p}'}, p: 2}\n"},
    "referred-list-of-interpolations": {"text": "k: {v: '${x}'}\nx: ['${a}', '${name}']\n"},
    "key-is-text": {"text": "k: {'${a}': '${a}'}\n"},
    "number-of-text": {"text": "k: {v: '${x}'}\nx: '5'\n"},
    "text-of-bool": {"text": "k: {v: '<${x}>'}\nx: yes\n"},
    "text-of-floats": {"text": "k: {v: '${x}|${y}|${z}'}\nx: 1e-7\ny: 1e16\nz: .nan\n"},
    "text-of-nested-list": {"text": "k: {v: '${x}'}\nx: ['a', {b: null, c: [1.0, true]}]\n"},
    "text-of-map-in-text": {"text": "k: {v: '<${x}>'}\nx: {'q''r': 'a\"b', s: '${a}'}\n"},
    "unresolved": {"text": "k: {v: '${b.c}', w: ['${nope}', '${oc.env:X}']}\n", "resolve": False},
    "unresolved-broken": {"text": "k: {v: '${b.'}\n", "resolve": False},
}
