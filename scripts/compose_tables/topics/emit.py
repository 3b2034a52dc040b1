"""Printing YAML: quotes, folds and layout. The input is JSON, which YAML reads as it is."""

import json

from hydra_truth import composed as TRUTH  # noqa: F401

VALUES = {
    "empty-containers": {"m": {}, "l": []},
    "nested-lists": [[1, [2]], [], [{"a": [3]}]],
    "floats": [1e-5, 1e15, 1e16, 0.1, 1.0, -0.0],
    "text-like-number": ["1", "1e-4", "0x1", "1_0", "012"],
    "text-like-other": ["true", "no", "null", "~", "2020-01-01", "=", "<<"],
    "line-break": "a\nb",
    "tab": "a\tb",
    "folded": "word " * 40 + "end",
    "unicode": "é中\u00a0\u2028",
}

CASES = {
    id: {"text": json.dumps({"k": value}, ensure_ascii=False) + "\n"} for id, value in VALUES.items()
}
