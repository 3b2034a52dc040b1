#!/usr/bin/env python3
"""Writes tests/parity/fixtures/language_*.safetensors: language models of `transformers`.

    scripts/parity_language.py [FAMILY...]

Needs torch and transformers 5. Every family's masked language model is built from a tiny
configuration, drawn at random and computed in double precision without dropout. What is written:

- all weights, under the names of `transformers`,
- a padded batch, the last hidden states, scores of all words at some positions,
- the gradient of the cross-entropy there, of every parameter,
- twenty steps of fine-tuning as the distillation fork's teachers are: the base model under
  `LM_base`, `out_action`, `out_verb` and `out_noun` on the first token's last state, the loss
  0.8/0.1/0.1, AdamW that leaves out what has `bias`, `gamma` or `beta` in its name.

A new family is a row of CASES.
"""
import sys

import torch
from torch import nn
from transformers import AutoConfig, AutoModelForMaskedLM

import parity_common as common

WIDTH = dict(vocab_size=60, hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
             intermediate_size=36, max_position_embeddings=20, type_vocab_size=2,
             hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)

NARROW = dict(vocab_size=60, dim=24, n_layers=2, n_heads=3, hidden_dim=36,
              max_position_embeddings=20, dropout=0.0, attention_dropout=0.0)
DISTANCES = WIDTH | dict(relative_attention=True, pos_att_type="c2p|p2c", type_vocab_size=0,
                         position_biased_input=False)
ONE = dict(num_hidden_layers=1)

# type of model -> what differs from WIDTH; more than one configuration of a family has a name each
CASES = {
    "bert": ("bert", WIDTH),
    "bert_relu": ("bert", WIDTH | dict(hidden_act="relu", num_hidden_layers=1)),
    "bert_gelu_new": ("bert", WIDTH | dict(hidden_act="gelu_new", num_hidden_layers=1)),
    "roberta": ("roberta", WIDTH | dict(type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1)),
    "electra": ("electra", WIDTH | dict(embedding_size=12)),
    "electra_wide": ("electra", WIDTH | dict(embedding_size=24, num_hidden_layers=1)),
    "distilbert": ("distilbert", NARROW),
    "distilbert_relu": ("distilbert", NARROW | dict(activation="relu", n_layers=1)),
    "albert": ("albert", WIDTH | dict(embedding_size=12)),
    "albert_groups": ("albert", WIDTH | dict(embedding_size=24, num_hidden_layers=3,
                                             num_hidden_groups=2, inner_group_num=2,
                                             intermediate_size=12, hidden_act="gelu")),
    "deberta": ("deberta", DISTANCES),
    "deberta_lm_head": ("deberta", DISTANCES | dict(legacy=False, **ONE)),
    "deberta_c2p": ("deberta", DISTANCES | dict(pos_att_type="c2p", **ONE)),
    "deberta_p2c": ("deberta", DISTANCES | dict(pos_att_type="p2c", **ONE)),
    "deberta_far": ("deberta", DISTANCES | dict(max_relative_positions=4, **ONE)),
    "deberta_nearest": ("deberta", DISTANCES | dict(max_relative_positions=1, **ONE)),
    "deberta_absolute": ("deberta", DISTANCES | dict(relative_attention=False, type_vocab_size=2,
                                                     position_biased_input=True, **ONE)),
}
CLASSES = {"action": 7, "verb": 4, "noun": 5}
SHARES = {"action": 0.8, "verb": 0.1, "noun": 0.1}
STEPS, BATCHES, ROWS, LONGEST = 20, 4, 4, 9
RATE, DECAY = 1e-3, 0.01
UNDECAYED = ("bias", "gamma", "beta")


class Teacher(nn.Module):
    """The fork's teacher."""

    def __init__(self, base, width):
        super().__init__()
        self.LM_base = base
        for label, classes in CLASSES.items():
            setattr(self, f"out_{label}", nn.Linear(width, classes))

    def forward(self, ids, mask):
        first = self.LM_base(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0]
        return {label: getattr(self, f"out_{label}")(first) for label in CLASSES}


def spread(model, generator):
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator) * 0.2
            scale = "norm" in name.lower() and name.endswith("weight")
            value.copy_(noise + 1 if scale else noise)
    return model.double().eval()


def sentences(config, generator):
    """A batch padded at the end: numbers of tokens, and how many of each row are none."""
    lengths = torch.randint(2, LONGEST + 1, (ROWS,), generator=generator)
    lengths[0] = LONGEST
    ids = torch.randint(5, config.vocab_size, (ROWS, LONGEST), generator=generator)
    mask = torch.arange(LONGEST)[None] < lengths[:, None]
    return ids.where(mask, torch.tensor(config.pad_token_id)), lengths, mask.long()


def model_of(kind, keys, generator):
    config = AutoConfig.for_model(kind, **keys)
    model = AutoModelForMaskedLM.from_config(config, attn_implementation="eager")
    return config, spread(model, generator)


def masked(config, model, generator):
    """Outputs and gradients of the masked language model."""
    ids, lengths, mask = sentences(config, generator)
    base = getattr(model, model.base_model_prefix)
    hidden = base(input_ids=ids, attention_mask=mask).last_hidden_state
    places = mask.flatten().nonzero().flatten()
    asked = places[torch.randperm(len(places), generator=generator)[:7]].sort().values
    targets = torch.randint(5, config.vocab_size, asked.shape, generator=generator)
    logits = model(input_ids=ids, attention_mask=mask).logits.flatten(0, 1)[asked]
    loss = nn.functional.cross_entropy(logits, targets)
    loss.backward()
    found = {"input/ids": ids, "input/lengths": lengths, "input/asked": asked,
             "input/targets": targets, "output/last_hidden_state": hidden,
             "output/logits": logits, "output/loss": loss[None]} | common.gradients(model)
    model.zero_grad()
    return found


def finetuned(config, base, generator):
    """Losses of every step, batches, the heads' first weights and all last ones."""
    teacher = Teacher(base, config.hidden_size)
    heads = {n: p for n, p in teacher.named_parameters() if n.startswith("out_")}
    with torch.no_grad():
        for value in heads.values():
            value.copy_(torch.randn(value.shape, generator=generator) * 0.2)
    teacher.double().train()
    found = {f"head/{name}": value.detach().clone() for name, value in heads.items()}
    batches = []
    for i in range(BATCHES):
        ids, lengths, mask = sentences(config, generator)
        targets = {label: torch.randint(0, classes, (ROWS,), generator=generator)
                   for label, classes in CLASSES.items()}
        batches.append((ids, mask, targets))
        found |= {f"batch/{i}/ids": ids, f"batch/{i}/lengths": lengths}
        found |= {f"batch/{i}/{label}": target for label, target in targets.items()}
    named = list(teacher.named_parameters())
    kept = [any(part in name for part in UNDECAYED) for name, _ in named]
    optimizer = torch.optim.AdamW(
        [dict(params=[p for (_, p), k in zip(named, kept) if not k], weight_decay=DECAY),
         dict(params=[p for (_, p), k in zip(named, kept) if k], weight_decay=0.0)],
        lr=RATE, eps=1e-8)
    losses = []
    for step in range(STEPS):
        ids, mask, targets = batches[step % BATCHES]
        logits = teacher(ids, mask)
        loss = sum(SHARES[label] * nn.functional.cross_entropy(logits[label], targets[label])
                   for label in CLASSES)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    trained = {f"last/{name}": value for name, value in named if value.grad is not None}
    return losses, found | trained


def write(name, out):
    kind, keys = CASES[name]
    generator = torch.Generator().manual_seed(31)
    config, model = model_of(kind, keys, generator)
    tensors = {f"param/{key}": value.detach().clone() for key, value in model.named_parameters()}
    tensors |= masked(config, model, generator)
    losses, steps = finetuned(config, getattr(model, model.base_model_prefix), generator)
    case = {"config": config.to_dict(), "losses": losses, "batches": BATCHES, "rate": RATE,
            "decay": DECAY, "shares": SHARES}
    common.write(out / f"language_{name}.safetensors", tensors | steps, case)


def main():
    chosen = [name for name in sys.argv[1:] if name in CASES]
    sys.argv[1:] = [word for word in sys.argv[1:] if word not in CASES]
    args = common.begin(__doc__, avt=None)
    for name in chosen or CASES:
        write(name, args.out)


if __name__ == "__main__":
    main()
