#!/usr/bin/env python3
"""Writes tests/parity/fixtures/recipes: extractions of made-up recipes, and the original's corpus.

    scripts/parity_recipes.py --teacher PATH/TO/teacher/code

`recipe_json2actionseq.py` of the original runs as it is, given the pandas that it forgets to import,
in a folder where its two inputs lie under the names that it has. The extractions have what AllenNLP's have: several verbs and objects, none,
verbs that are no actions, missing values, recipes apart and out of order.
"""
import argparse
import contextlib
import io
import json
import os
import runpy
import shutil
import tempfile
from pathlib import Path

import pandas

OUT = Path(__file__).resolve().parent.parent / "tests/parity/fixtures/recipes"
FILES = ["recipe_ie_out_1_to_750000.json", "recipe_ie_out_750001_to_1029720.json"]


def row(recipe, number, sentence, *actions):
    operations = [[verb, thing] for verb, thing in actions]
    return {"id": recipe, "sentence": sentence, "s_no": number, "ie_op": operations}


FIRST = [
    row("00c3f2d1ab", 0, "preheat the oven and grease a tin .",
        (["preheat"], ["the oven"]), (["grease"], ["a tin"])),
    row("00c3f2d1ab", 1, "it is hot .", (["is"], ["it"])),
    row("00c3f2d1ab", 2, "you could add nuts if you want crunch .",
        (["could"], ["nuts"]), (["add"], ["nuts", "crunch"]), (["want"], ["crunch"])),
    row("0b7e", 0, "stir .", (["stir"], [])),
    row("0b7e", 1, "", ),
    row("fe00aa", 2, "mix in the crème fraîche .", (["mix", "in"], ["the crème fraîche"])),
    row("fe00aa", 0, "let it rest , you 'll see .", (["let"], ["it"]), (["'ll"], ["it"]),
        (["ll"], ["it"]), (["see"], ["it"])),
    row("fe00aa", 1, "it 's done , it must have been baked .", (["'s"], ["it"]),
        (["must"], ["it"]), (["have"], ["it"]), (["been"], ["it"]), ([], ["it"])),
    row("Zz9", 0, None, (["fry"], ["eggs"])),
    row("Zz9", 1, "serve the eggs .", (["serve"], ["the eggs"])),
    row("00c3f2d1ab", 3, "using a fork , press the dough .",
        (["using"], ["a fork"]), (["press"], ["the dough"])),
    row("éclair", 0, "fill the éclairs .", (["fill"], ["the éclairs"])),
    row("alone", None, "whisk the cream .", (["whisk"], ["the cream"])),
    row(None, 0, "beat the eggs .", (["beat"], ["the eggs"])),
]
SECOND = [
    row("b1", 0, "want more ? got milk ? tell me .", (["want"], ["more"]), (["got"], ["milk"]),
        (["tell"], ["me"])),
    row("a1", 0, "wash and dry the rice .", (["wash"], ["the rice"]), (["dry"], ["the rice"])),
    row("a1", 1, "may be boiled , can be steamed .", (["may"], ["the rice"]),
        (["can"], ["the rice"]), (["boiled"], ["the rice"])),
    row("00c3f2d1ab", 0, "another recipe of that id .", (["see"], ["another recipe"]),
        (["cook"], ["another recipe"])),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--teacher", type=lambda path: Path(path).resolve(), required=True,
                        help="teacher/code of the original")
    parser.add_argument("--out", type=Path, default=OUT, help="where the fixtures go")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    out = args.out.resolve()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "out"
        made.mkdir()
        for name, rows in zip(FILES, [FIRST, SECOND]):
            text = json.dumps(rows, ensure_ascii=False, indent=1)
            (made / name).write_text(text, encoding="utf-8")
            shutil.copy(made / name, out / name)
        os.chdir(folder)
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(str(args.teacher / "recipe_json2actionseq.py"), run_name="__main__",
                           init_globals={"pd": pandas})
        shutil.copy(made / "recipe_action_copus.txt", out / "corpus.txt")


if __name__ == "__main__":
    main()
