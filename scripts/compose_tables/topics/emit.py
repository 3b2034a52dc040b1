"""Printing YAML: quotes, folds and layout. The input is JSON, which YAML reads as it is."""

import json
import re

from hydra_truth import composed as TRUTH  # noqa: F401

VALUES = {
    # Layout.
    "list-of-maps": [{"a": 1, "b": {"c": 2}}, {"d": []}, {}],
    "map-of-lists": {"a": [1, 2], "b": {"c": [[3]]}},
    "deep": {"a": {"b": {"c": {"d": {"e": [{"f": {"g": 1}}]}}}}},
    "order-is-kept": {"z": 1, "a": 2, "m": 3},
    # Numbers.
    "floats-exponent": [1e-4, 1.5e-5, 1e22, 1.7976931348623157e308, 5e-324, 123456789.123456789],
    "bools-and-null": [True, False, None],
    # Texts that must be quoted because they look like something else.
    "text-like-number": ["1", "1e-4", "0x1", "1_0", "012", "1.5", "+1", "-1", "1:30", "0b1"],
    "text-like-float": [".5", "5.", ".inf", "-.Inf", ".nan", "1e5", "1.e3", "inf", "nan", "1e"],
    "text-like-octal": ["0o7", "08", "09.5", "0"],
    "text-like-bool": ["true", "no", "Yes", "ON", "y", "N", "tRue"],
    "text-like-null": ["null", "~", "Null", "NULL", "none", ""],
    "text-like-other": ["2020-01-01", "2001-12-14 21:59:43", "=", "<<", "???"],
    "text-interpolation": ["${a}", "${a.b}", "x ${oc.env:A,b}: c", "\\${a}"],
    # Texts that must be quoted because of their characters.
    "first-character": [f"{c}a" for c in "-?:,[]{}#&*!|>'\"%@`=<~.$\\/+"],
    "character-alone": list("-?:,[]{}#&*!|>'\"%@`<.$\\/+ "),
    "sign-then-space": ["- a", "? a", ": a", "-", "--- a", "---", "...", "--", "-a"],
    "inside": ["a: b", "a #b", "a:b", "a#b", "a,b", "a[b]", "{a}", "a'b", 'a"b', "a\\b", "a & b"],
    "last-character": ["a:", "a ", "a#", "a,", "a'", 'a"', "a\\", "a?"],
    "spaces": [" a", "a ", "  ", "a  b", " a b "],
    "quotes": ["it's", 'say "hi"', "it's \"both\"", "''", '""', "'"],
    "windows-path": ["C:\\a\\b", "\\\\host\\x"],
    "jinja": ["{{ a }}", "{% b %}"],
    "urls": ["http://a.b/c?d=e&f#g", "a@b.c"],
    # Line breaks and what cannot be printed.
    "line-breaks": ["\n", "\n\n", "a\n", "\na", "a\n\nb", "a\n\n\nb\n", "a\r\nb", "a\rb"],
    "line-break-and-space": ["a \nb", "a\n b", " a\nb", "a\nb ", "a\n  \nb"],
    "line-break-and-signs": ["a: b\nc", "- a\n- b", "#\n", "'a'\nb", "a\n\tb"],
    "control": ["\x00", "\x07", "\x1b", "\x7f", "\x85", "a\x0bb"],
    "unicode-others": ["\u2029", "\ufeff", "\U0001f600", "e\u0301", "\u200b", "\ud7ff", "\ufffd"],
    # Folding at 80 columns.
    "folded-no-space": "a" * 200,
    "folded-long-words": ("a" * 50 + " ") * 4 + "b",
    "folded-quoted": "it is: " + "word " * 30 + "end",
    "folded-double": "tab\t " + "word " * 30 + "end",
    "folded-double-long-word": "tab\t" + "a" * 150,
    "folded-line-breaks": "word " * 20 + "\n" + "word " * 20 + "end",
    "folded-interpolation": "${a} " * 40,
    "folded-below": {"a": {"b": ["word " * 30 + "end", {"c": "word " * 30 + "end"}]}},
    "folded-at-80": ["a" * 70 + " bbbbbbb", "a" * 75 + " bb", "a" * 77 + " b", "a" * 78 + " b c"],
    # Keys.
    "keys-quoted": {"1": 1, "true": 1, "a: b": 1, "": 1, " a": 1, "y": 1, "a\tb": 1, "null": 1},
    "keys-plain": {"a b": 1, "a.b": 1, "a-b/c": 1, "é": 1, "a'b": 1, "_": 1},
    "key-line-break": {"a\nb": 1, "c": 2},
    "key-long": {"a" * 130: 1, "b" * 128: 2, "c" * 127: [3]},
    "key-long-words": {"word " * 30: {"a": 1}},
}


def text(value):
    """JSON in which what YAML refuses to read as it is stands escaped."""
    plain = json.dumps({"k": value}, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\ufeff]", lambda found: f"\\u{ord(found[0]):04x}", plain) + "\n"


CASES = {id: {"text": text(value)} for id, value in VALUES.items()}
