#!/usr/bin/env python3
"""Writes the golden cases of tests/compose: inputs, and what real Hydra makes of them.

    pip install hydra-core==1.3.8 pyyaml==6.0.3
    python scripts/compose_tables [TOPIC]...          write the cases (of all topics)
    python scripts/compose_tables --check [TOPIC]...  only say what would change, exit 1 if anything

A topic is a module in topics/ and becomes tests/compose/tables/<topic>.json, a case a line:

    CASES   {id: {input...}}; what an input may hold is said at the truth that reads it
    TRUTH   a function of hydra_truth: input -> expected value, or an exception
    SHARED  what every case of the topic has in common; a case may replace parts of it

tests/compose/tables.rs holds one test per topic. The topic `folders` is the cases of folders.py,
each a folder of tests/compose.
"""

import argparse
import difflib
import importlib
import json
import pkgutil
import sys
from pathlib import Path

import folders
import hydra_truth
import topics

ROOT = Path(__file__).resolve().parents[2] / "tests" / "compose"


def table(name):
    """The text of a topic's table: one case a line, so that differences are readable."""
    topic = importlib.import_module(f"topics.{name}")
    shared = getattr(topic, "SHARED", {})
    seen, lines = {}, []
    for id, case in topic.CASES.items():
        first = seen.setdefault(json.dumps(case, sort_keys=True), id)
        assert first == id, f"{name}: {first} and {id} are the same case"
        answer = hydra_truth.answer(topic.TRUTH, {**shared, **case})
        lines.append(json.dumps({"id": id, **case, **answer}, ensure_ascii=False))
    head = json.dumps({"topic": name, "shared": shared}, ensure_ascii=False)[:-1]
    return f'{head}, "cases": [\n' + ",\n".join(lines) + "\n]}\n"


def outputs(name):
    """{path below tests/compose: text} of a topic."""
    return folders.outputs() if name == "folders" else {f"tables/{name}.json": table(name)}


def stale(name, wanted):
    """Files of cases that there are no more."""
    if name != "folders":
        return []
    cases = [case.parent for case in ROOT.glob("*/case.json")]
    files = [path for case in cases for path in case.rglob("*") if path.is_file()]
    return [path for path in files if str(path.relative_to(ROOT)) not in wanted]


def difference(path, new):
    old = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    names = f"committed {path.parent.name}/{path.name}", "hydra"
    return list(difflib.unified_diff(old, new.split("\n"), *names, lineterm="", n=0))


def write(path, new):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(new, encoding="utf-8", newline="")


def main():
    known = sorted(["folders", *(module.name for module in pkgutil.iter_modules(topics.__path__))])
    parser = argparse.ArgumentParser(prog="compose_tables")
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=", ".join(known))
    args = parser.parse_args()
    if unknown := set(args.topics) - set(known):
        parser.error(f"no topic {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    changed = []
    for name in args.topics or known:
        texts = outputs(name)
        for path in stale(name, texts):
            changed.append(f"{path} is of no case")
            if not args.check:
                path.unlink()
        for path, text in texts.items():
            changed += difference(ROOT / path, text)
            if not args.check:
                write(ROOT / path, text)
    print("\n".join([*changed, f"{len(changed)} lines of difference"]))
    return int(args.check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
