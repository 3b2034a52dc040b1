"""Printing YAML: quotes, folds and layout. The input is in quotes and brackets throughout."""

import json

from hydra_truth import composed as TRUTH  # noqa: F401

LONG = "word " * 40 + "end"

VALUES = {
    # Layout
    "empty-containers": {"m": {}, "l": []},
    "nested-lists": [[1, [2]], [], [{"a": [3]}]],
    "list-of-mappings": [{"a": 1, "b": {"c": [1]}}, {}],
    "floats": [1e-5, 1e15, 1e16, 0.1, 1.0, -0.0],
    "floats-long": [1 / 3, 123456789.123456789, 5e-324, 1.7976931348623157e308, 1e22],
    "integers": [0, -1, 10**30],
    # Texts that read as something else
    "text-like-number": ["1", "1e-4", "0x1", "1_0", "012"],
    "text-like-number-more": ["+1", ".5", "1.", "0b1", "12:30", "08", "0o7", "1__0", "-", "+", "."],
    "text-like-number-python": ["inf", "-Infinity", "NaN", "1e5", " 1", "1 ", "\u00a01", "\u0661"],
    "text-like-other": ["true", "no", "null", "~", "2020-01-01", "=", "<<"],
    "text-like-boolean": ["y", "N", "Yes", "oN", "Off", "tRue", "TRUE"],
    "text-like-date": ["2020-1-1", "2001-12-14t21:59:43.10-05:00", "2020-01-01 10:00:00"],
    "text-empty": ["", " ", "  "],
    "text-interpolation": ["${k.0x}", "a ${k}", "\\${k}"],
    "text-missing": "???",
    # Indicators
    "indicators-first": ["- a", "-a", "? a", "?a", ": a", ":a", "# a", "#a", "& a", "*a", "!a"],
    "indicators-first-more": ["|a", ">a", "'a", '"a', "%a", "@a", "`a", ",a", "[a", "]a", "{a", "}a"],
    "indicators-inside": ["a: b", "a:b", "a #b", "a#b", "a, b", "a[b]", "a{b}", "a:"],
    "document-markers": ["---", "--- a", "---a", "...", "... a"],
    "quotes": ["it's", 'say "a"', "'", '"', "''"],
    "backslashes": ["\\", "a\\b", "\\n"],
    # White space and control characters
    "line-break": "a\nb",
    "line-break-first": "\na",
    "line-break-last": "a\n",
    "line-breaks": "a\n\n\nb\n\n",
    "line-break-alone": "\n",
    "line-break-blank-before": "a \nb",
    "line-break-blank-after": "a\n b",
    "line-break-quotes": "it's\n'a'",
    "carriage-return": "a\r\nb",
    "blanks-at-edges": [" a", "a ", " a "],
    "blanks-inside": "a   b",
    "tab": "a\tb",
    "tab-first": "\ta",
    "controls": "\x00\x01\x07\x08\x0b\x0c\x1b\x1f\x7f",
    "controls-one": "a\x80b\x9f",
    "unicode": "é中\u00a0\u2028",
    "unicode-separators": ["a\u2028b", "a\u2029b", "a\x85b"],
    "unicode-emoji": ["😀", "a 👩‍👩‍👧 b", "🇩🇪"],
    "unicode-special": ["\ufeff", "a\ufeffb", "\ufffe", "\ufffd", "\ue000", "\u200b", "\u00ad"],
    "unicode-last": "\U0010ffff\U0010fffe",
    "unicode-line-break": "é\nb",
    # Folding
    "folded": LONG,
    "folded-single": "it's: " + LONG,
    "folded-double": "a\t" + LONG,
    "folded-double-blanks": "a\t" + "x  " * 60,
    "folded-no-blank": "x" * 200,
    "folded-two-blanks": "word  " * 30 + "end",
    "folded-edge": ["x" * n + " y" for n in (76, 77, 78, 79, 80)],
    "folded-deep": {"a": {"b": {"c": [LONG]}}},
    "folded-line-breaks": LONG + "\n" + LONG,
    "folded-blank-last": LONG + " ",
    "folded-escapes": "\x07" * 60 + " " + "\x07" * 60,
    "folded-unicode": "日本 " * 50 + "end",
    "folded-in-list": [[LONG]],
    # Keys
    "keys-like-other": {"y": 1, "1": 2, "null": 3, "": 4, "on": 5, "1.5": 6, "=": 7, "<<": 8},
    "keys-indicators": {"a: b": 1, "- a": 2, "#a": 3, "a b": 4, "?": 5},
    "keys-long": {"k" * 122: 1, "k" * 123: 2, "k" * 128: 3},
    "keys-long-container": {"k" * 130: {"a": [1]}, "j" * 130: [1, 2]},
    "keys-long-folded": {LONG: 1},
    "keys-line-break": {"a\nb": 1, "c\n": {"d": 1}},
    "keys-tab": {"a\tb": 1},
    "keys-unicode": {"é": 1, "😀": 2, "a\u2028b": 3},
    "keys-interpolation": {"${a}": 1},
}


def escaped(text):
    """YAML in double quotes: what JSON escapes by two surrogates is one code here."""
    out = []
    for char in text:
        code = ord(char)
        if char in '"\\':
            out.append("\\" + char)
        elif 0x20 <= code < 0x7F:
            out.append(char)
        else:
            out.append(f"\\U{code:08X}")
    return '"' + "".join(out) + '"'


def flow(value):
    """The value in brackets and quotes, so that nothing depends on how plain texts are read."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"? {escaped(k)} : {flow(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)


CASES = {id: {"text": f"k: {flow(value)}\n"} for id, value in VALUES.items()}
