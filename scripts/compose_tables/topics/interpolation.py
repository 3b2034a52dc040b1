"""`${...}` of every kind, resolved."""

import json

from hydra_truth import composed as TRUTH  # noqa: F401

SHARED = {
    "base": "a: 1\nb: {c: x, d: [10, 20], e: null}\nname: c\n",
    "package": "k",
    "resolve": True,
}

# Texts for the key `k.v`, after the base; only `k` is printed.
TEXTS = {
    "absolute": "${b.c}",
    "nested": "${b.${name}}",
    "brackets": "${b[d][1]}",
    "in-text": "pre ${a} post",
    "escaped": r"\${a}",
    "env-default": "${oc.env:RUNNER_NOT_SET,fallback}",
    "select-default": "${oc.select:nope,7}",
    "decode": "${oc.decode:'0x1f'}",
    "no-such-key": "${nope}",
    "no-such-resolver": "${nope:1}",
    "unclosed": "${a",
}

CASES = {
    id: {"text": f"k: {{v: {json.dumps(text, ensure_ascii=False)}}}\n"} for id, text in TEXTS.items()
}
