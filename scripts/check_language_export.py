#!/usr/bin/env python3
"""Has `transformers` load language models that `runner` saved, strictly.

    scripts/check_language_export.py FOLDER... < rows

Standard input is a JSON list of rows of token numbers, all of one length. Standard output is a JSON
object a folder: the class, the names that the file lacks, has too many or in another shape, and
the scores of all words at every position.
"""
import argparse
import json
import sys

import torch
from transformers import AutoModelForMaskedLM, logging


def checked(folder, rows):
    model, info = AutoModelForMaskedLM.from_pretrained(folder, output_loading_info=True)
    with torch.no_grad():
        logits = model.eval()(input_ids=rows).logits
    wrong = ("missing_keys", "unexpected_keys", "mismatched_keys")
    return {"class": type(model).__name__, "logits": logits.flatten().tolist(),
            **{key: sorted(map(str, info[key])) for key in wrong}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    rows = torch.tensor(json.load(sys.stdin))
    for folder in args.folders:
        print(json.dumps(checked(folder, rows)))


if __name__ == "__main__":
    main()
