"""`${...}` that leads to other values: paths, nesting, texts, what cannot be found."""

import json

from hydra_truth import composed as TRUTH  # noqa: F401

SHARED = {
    "base": "a: 1\nb: {c: x, d: [10, 20], e: null}\nname: c\nm: ???\nt: text\nd2: {c: '${.f}', f: 5}\n"
    "r: ${b}\nrl: ${b.d}\nrm: ${m}\nrr: ${rs}\nrs: ${t}\n1: one\nlist: [a, '${t}', [u]]\n'': nothing\n",
    "package": "k",
    "resolve": True,
}

# Texts for the key `k.v`, after the base; only `k` is printed.
TEXTS = {
    # Paths
    "absolute": "${b.c}",
    "brackets": "${b[d][1]}",
    "brackets-first": "${[b].c}",
    "brackets-all": "${[b][c]}",
    "brackets-then-dot": "${b[d].0}",
    "index": "${b.d.1}",
    "index-negative": "${b.d.-1}",
    "index-too-large": "${b.d.2}",
    "index-zeros": "${b.d.01}",
    "index-plus": "${b.d.+1}",
    "index-text": "${b.d.x}",
    "relative": "${.w}",
    "relative-up": "${..a}",
    "relative-up-brackets": "${..[b].c}",
    "relative-too-far": "${...a}",
    "relative-brackets": "${.[w]}",
    "integer-key": "${1}",
    "through-reference": "${r.c}",
    "through-reference-to-list": "${rl.0}",
    "through-reference-brackets": "${r[d][0]}",
    "relative-in-target": "${d2.c}",
    "chain": "${rr}",
    "blanks": "${ b.c }",
    "tab": "${\tb.c\t}",
    "blank-inside": "${b .c}",
    "dollar-in-key": "${$a}",
    "unicode-key": "${é}",
    "slash-key": "${b/c}",
    "empty": "${}",
    "only-dot": "${.}",
    "only-dots": "${..}",
    "dot-last": "${b.}",
    "dots-inside": "${b..c}",
    "bracket-empty": "${b[]}",
    "bracket-open": "${b[c}",
    "brace-inside": "${b{c}}",
    "quoted-key": "${'a'}",
    # Values
    "mapping": "${b}",
    "list": "${b.d}",
    "list-with-reference": "${list}",
    "null": "${b.e}",
    "missing": "${m}",
    "missing-behind": "${rm}",
    "missing-inside": "${m.x}",
    "null-inside": "${b.e.x}",
    "text-inside": "${b.c.x}",
    "number-inside": "${a.x}",
    "no-such-key": "${nope}",
    "no-such-key-below": "${b.nope}",
    "itself": "${k.v}",
    "itself-relative": "${.v}",
    "parent": "${k}",
    # Nesting
    "nested": "${b.${name}}",
    "nested-brackets": "${b[${name}]}",
    "nested-twice": "${b.${${k.n}}}",
    "nested-whole": "${${name}}",
    "nested-part-of-key": "${b.x${name}}",
    "nested-before-text": "${b.${name}x}",
    "nested-number": "${b.d.${a}}",
    "nested-null": "${b.${b.e}}",
    "nested-relative": "${.${.n}}",
    # Texts
    "in-text": "pre ${a} post",
    "in-text-null": "x${b.e}",
    "in-text-missing": "x${m}",
    "in-text-mapping": "x${b}",
    "in-text-list": "x${b.d}",
    "in-text-list-with-reference": "x${list}",
    "in-text-later": "x${k.z}",
    "two": "${a}${b.c}",
    "blank-around": " ${a} ",
    "dollars": "$${a}$",
    "dollar-alone": "$a $ {a}",
    "braces-behind": "${a}}",
    "line-break": "${a}\n${b.c}",
    "quote-inside": "'${a}'",
    # Escapes
    "escaped": r"\${a}",
    "escaped-in-text": r"x \${a} ${a}",
    "escaped-backslash": r"\\${a}",
    "escaped-backslash-and-dollar": r"\\\${a}",
    "escaped-backslashes": r"\\\\${a}",
    "backslashes-elsewhere": r"\a \\b ${a} \\",
    "backslash-last": "${a}\\",
    "escaped-open": r"\${a",
    # Refused
    "unclosed": "${a",
    "unclosed-nested": "${b.${name}",
    "space-in-key": "${a b}",
    "equals": "${a=b}",
    "backslash-in-key": r"${a\b}",
}

CASES = {
    id: {"text": f"k: {{v: {json.dumps(text)}, w: 2, n: name, name: w, z: ['${{a}}']}}\n"}
    for id, text in TEXTS.items()
} | {
    "cycle": {"text": "k: {v: '${k.w}', w: '${k.v}'}\n"},
    "cycle-of-mappings": {"text": "k: {v: {x: '${k.w}'}, w: {x: '${k.v}'}}\n"},
    "order-of-copies": {"text": "k: {v: '${k.w}', w: {x: '${a}', y: '${.x}', z: '${..u}'}, u: 3}\n"},
    "text-before-its-list": {"text": "k: {v: 'x${k.w}', w: ['${a}'], z: 'x${k.w}'}\n"},
    "escaped-then-referred-to": {"text": "k: {v: '\\${a}', w: '${k.v}'}\n"},
    "below-integer-key": {"text": "k: {1: {x: '${.y}', y: '${a}'}}\n"},
    "mapping-with-missing": {"text": "k: {v: '${k.w}', w: {x: ???, y: '${m}'}}\n"},
    "in-list": {"text": "k: ['${..a}', '${.0}', '${.[0]}', '${..k.0}']\n"},
    "not-resolved": {"text": "k: {v: '${nope}', w: '\\${a}'}\n", "resolve": False},
    "value-at-package": {"text": "k: ${b}\n"},
    "scalar-at-package": {"text": "k: ${b.c}\n"},
    "missing-at-package": {"text": "k: ${m}\n"},
}
