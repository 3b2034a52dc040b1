#!/usr/bin/env python3
"""Writes tests/parity/fixtures/shards_*: a language model over several files.

    scripts/parity_shards.py

Needs torch and transformers 5. The model is that of language_bert.safetensors, saved by
`transformers` with a small `max_shard_size` as `model-*.safetensors`, and with the same layout by
`torch.save` as `pytorch_model-*.bin`, which transformers wrote before its version 5.
"""
import json
import shutil

import torch
from huggingface_hub import split_torch_state_dict_into_shards
from safetensors.torch import safe_open
from transformers import AutoConfig, AutoModelForMaskedLM, logging

import parity_common as common

LARGEST = "30KB"


def model_of(path):
    with safe_open(path, "pt") as file:
        config = json.loads(file.metadata()["case"])["config"]
        names = [name for name in file.keys() if name.startswith("param/")]
        state = {name.removeprefix("param/"): file.get_tensor(name) for name in names}
    model = AutoModelForMaskedLM.from_config(AutoConfig.for_model(**config))
    missing = model.load_state_dict(state, strict=False)
    assert not missing.unexpected_keys, missing
    model.tie_weights()
    return model.float()


def write_pickles(model, folder):
    pattern = "pytorch_model{suffix}.bin"
    state = model.state_dict()
    split = split_torch_state_dict_into_shards(state, filename_pattern=pattern,
                                               max_shard_size=LARGEST)
    folder.mkdir()
    for file, names in split.filename_to_tensors.items():
        torch.save({name: state[name].clone() for name in names}, folder / file)
    index = {"metadata": split.metadata, "weight_map": split.tensor_to_filename}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2) + "\n")
    model.config.save_pretrained(folder)


def main():
    args = common.begin(__doc__, avt=None)
    logging.disable_progress_bar()
    model = model_of(common.FIXTURES / "language_bert.safetensors")
    safe, pickles = args.out / "shards_safetensors", args.out / "shards_pickle"
    for folder in (safe, pickles):
        shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(safe, max_shard_size=LARGEST)
    write_pickles(model, pickles)


if __name__ == "__main__":
    main()
