#!/usr/bin/env python3
"""Writes tests/parity/fixtures/language_sizes.json: what the published language models are made of.

    scripts/parity_language_sizes.py

Needs torch and transformers 5; downloads nothing. Numbers of parameters and of arrays, and a hash
of all names and shapes, of the base model without its pooler and of the masked language model. Keys
are those that the models' `config.json` state where they are not the library's usual ones.
"""
import hashlib
import json

import torch
from transformers import AutoConfig, AutoModel, AutoModelForMaskedLM

import parity_common as common

PUBLISHED = {
    "google-bert/bert-base-uncased": ("bert", {}),
    "FacebookAI/roberta-base": ("roberta", dict(
        max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5)),
    "google/electra-base-discriminator": ("electra", dict(
        embedding_size=768, hidden_size=768, intermediate_size=3072, num_attention_heads=12)),
    "distilbert/distilbert-base-uncased": ("distilbert", {}),
    "albert/albert-base-v2": ("albert", dict(
        hidden_size=768, intermediate_size=3072, num_attention_heads=12)),
    "microsoft/deberta-base": ("deberta", dict(
        relative_attention=True, pos_att_type="c2p|p2c", position_biased_input=False,
        max_relative_positions=-1, type_vocab_size=0)),
}


def described(model):
    shapes = {name: list(value.shape) for name, value in model.named_parameters()
              if not name.startswith("pooler.")}
    lines = sorted(f"{name} {shape}" for name, shape in shapes.items())
    return {"parameters": sum(torch.Size(shape).numel() for shape in shapes.values()),
            "arrays": len(lines), "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest()}


def main():
    args = common.begin(__doc__, avt=None)
    sizes = {}
    for name, (kind, keys) in PUBLISHED.items():
        config = AutoConfig.for_model(kind, **keys)
        with torch.device("meta"):
            models = AutoModel.from_config(config), AutoModelForMaskedLM.from_config(config)
        sizes[name] = dict(zip(("base", "masked"), map(described, models)))
    (args.out / "language_sizes.json").write_text(json.dumps(sizes, indent=1) + "\n")


if __name__ == "__main__":
    main()
