#!/usr/bin/env python3
"""Writes tests/compose/tables/<topic>.json: inputs, and what real Hydra makes of them.

    pip install hydra-core==1.3.8
    python scripts/compose_tables [TOPIC]...          write the tables (of all topics)
    python scripts/compose_tables --check [TOPIC]...  only say what would change, exit 1 if anything

A topic is a module in topics/ with three names:

    CASES   {id: {input...}}; what an input may hold is said at the truth that reads it
    TRUTH   a function of hydra_truth: input -> expected value, or an exception
    SHARED  what every case of the topic has in common; a case may replace parts of it

tests/compose/tables.rs holds one test per topic.
"""

import argparse
import difflib
import importlib
import json
import pkgutil
import sys
from pathlib import Path

import hydra_truth
import topics

TABLES = Path(__file__).resolve().parents[2] / "tests" / "compose" / "tables"


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


def main():
    known = sorted(module.name for module in pkgutil.iter_modules(topics.__path__))
    parser = argparse.ArgumentParser(prog="compose_tables")
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=", ".join(known))
    args = parser.parse_args()
    if unknown := set(args.topics) - set(known):
        parser.error(f"no topic {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    changed = 0
    for name in args.topics or known:
        path = TABLES / f"{name}.json"
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = table(name)
        changed += old != new
        if args.check:
            lines = old.splitlines(), new.splitlines()
            sys.stdout.writelines(f"{line}\n" for line in difflib.unified_diff(
                *lines, f"committed {name}", f"hydra {name}", lineterm="", n=0))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new, encoding="utf-8")
            print(f"{name}: {new.count(chr(10)) - 2} cases")
    return int(args.check and changed > 0)


if __name__ == "__main__":
    sys.exit(main())
