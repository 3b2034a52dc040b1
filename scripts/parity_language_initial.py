#!/usr/bin/env python3
"""Writes tests/parity/fixtures/language_initial.json: what `transformers` draws weights from.

    scripts/parity_language_initial.py

Needs torch and transformers 5. Of every array of a masked language model drawn at random: mean,
standard deviation, and which of its rows are zero, if only some are. The deviation asked for is not
the usual one, so that it shows where it is used.
"""
import json

import torch
from transformers import AutoConfig, AutoModelForMaskedLM

import parity_common as common

WIDTH = dict(vocab_size=211, hidden_size=64, num_hidden_layers=1, num_attention_heads=4,
             intermediate_size=96, max_position_embeddings=70, initializer_range=0.05)
CASES = {
    "bert": WIDTH | dict(pad_token_id=3),
    "roberta": WIDTH | dict(pad_token_id=1),
    "electra": WIDTH | dict(embedding_size=48),
    "distilbert": dict(vocab_size=211, dim=64, n_layers=1, n_heads=4, hidden_dim=96,
                       max_position_embeddings=70, initializer_range=0.05),
    "distilbert_sinusoidal": dict(vocab_size=211, dim=64, n_layers=1, n_heads=4, hidden_dim=96,
                                  max_position_embeddings=70, initializer_range=0.05,
                                  sinusoidal_pos_embds=True),
    "albert": WIDTH | dict(embedding_size=48),
    "deberta": WIDTH | dict(relative_attention=True, pos_att_type="c2p|p2c", type_vocab_size=2,
                            position_biased_input=True),
    "deberta_lm_head": WIDTH | dict(legacy=False),
}


def described(value):
    found = {"mean": round(value.mean().item(), 6),
             "std": round(value.std(correction=0).item(), 6)}
    if value.dim() == 2 and value.any():
        zero = [row for row, values in enumerate(value) if not values.any()]
        found |= {"zero_rows": zero} if zero else {}
    return found


def main():
    args = common.begin(__doc__, avt=None)
    torch.manual_seed(7)
    cases = {}
    for name, keys in CASES.items():
        config = AutoConfig.for_model(name.split("_")[0], **keys)
        model = AutoModelForMaskedLM.from_config(config)
        arrays = {key: described(value.detach()) for key, value in model.named_parameters()}
        cases[name] = {"config": keys | {"model_type": config.model_type}, "arrays": arrays}
        if "sinusoidal" in name:
            table = model.distilbert.embeddings.position_embeddings.weight
            cases[name] |= {"positions": table[:3].tolist(), "trained": table.requires_grad}
    text = json.dumps(cases, separators=(",", ":")).replace('},"', '},\n"')
    (args.out / "language_initial.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
