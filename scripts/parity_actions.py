"""Fixtures of the small models over actions, and of the loss of teachers, by torch's own layers.

Each model is put together from `torch.nn.GRU`, `torch.nn.TransformerEncoder` and plain tables, and its
arrays are written under the names that `runner` has for them.
"""
import argparse
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from parity_common import FIXTURES, spread, write

VERBS, NOUNS, DIM, HEADS, LAYERS, LONGEST = 3, 4, 8, 2, 2, 4
VERB_OF = [0, 0, 1, 1, 2, 2]
NOUN_OF = [0, 1, 1, 2, 3, 0]
ACTIONS = len(VERB_OF)
# The oldest first; 6 fills up, 7 is hidden.
HISTORIES = [[0, 4, 7, 1], [3, 3, 6, 6], [6, 6, 6, 6], [5, 6, 6, 6], [2, 1, 0, 6]]
LENGTHS = [4, 2, 0, 1, 3]
TARGETS = {"action": [1, 4, -1, 0, 5], "verb": [0, 2, 1, -1, 2], "noun": [1, 3, 2, 0, -1]}
WEIGHTS = {"action": 0.8, "verb": 0.1, "noun": 0.1}
SMOOTHING = 0.1


class Shared(nn.Module):
    """Tables and outputs."""

    def __init__(self, tied):
        super().__init__()
        sizes = {"action": ACTIONS, "verb": VERBS, "noun": NOUNS}
        self.tables = nn.ParameterDict({k: torch.zeros(n + 2, DIM) for k, n in sizes.items()})
        self.out = nn.Linear(DIM, ACTIONS)
        self.biases = nn.ParameterDict({k: torch.zeros(sizes[k]) for k in ("verb", "noun")})
        self.own = None if tied else nn.ParameterDict(
            {k: torch.zeros(sizes[k], DIM) for k in ("verb", "noun")})
        self.of = {"verb": torch.tensor(VERB_OF + [VERBS, VERBS + 1]),
                   "noun": torch.tensor(NOUN_OF + [NOUNS, NOUNS + 1])}

    def embed(self, actions):
        parts = [self.tables[k][self.of[k][actions]] for k in ("verb", "noun")]
        return self.tables["action"][actions] + sum(parts)

    def answer(self, hidden):
        logits = {}
        for key in ("verb", "noun"):
            table = self.own[key] if self.own else self.tables[key][:-2]
            logits[key] = F.linear(hidden, table, self.biases[key])
        spread_out = sum(logits[k][:, self.of[k][:ACTIONS]] for k in logits)
        return {"action": self.out(hidden) + spread_out} | logits

    def names(self):
        found = {f"embeddings.{k}": v for k, v in self.tables.items()}
        found |= {f"outputs.out_action.{k}": v for k, v in self.out.named_parameters()}
        found |= {f"outputs.out_{k}.bias": v for k, v in self.biases.items()}
        if self.own:
            found |= {f"outputs.out_{k}.weight": v for k, v in self.own.items()}
        return found


class Recurrent(Shared):
    def __init__(self):
        super().__init__(tied=True)
        self.gru = nn.GRU(DIM, DIM, LAYERS, batch_first=True)
        self.start = nn.Parameter(torch.zeros(LAYERS, DIM))

    def forward(self, actions, lengths):
        # Row by row, so that no padding is seen.
        last = [self.start[-1:]] * len(lengths)
        for row, length in enumerate(lengths):
            if length:
                steps = self.embed(actions[row:row + 1, :length])
                _, state = self.gru(steps, self.start.unsqueeze(1).contiguous())
                last[row] = state[-1]
        feature = torch.cat(last)
        return feature, self.answer(feature)

    def names(self):
        layers = {f"layers.{name[-1]}.{name[:-1]}0": value
                  for name, value in self.gru.named_parameters()}
        return super().names() | layers | {"start": self.start}


class Attending(Shared):
    def __init__(self):
        super().__init__(tied=False)
        layer = nn.TransformerEncoderLayer(DIM, HEADS, 2 * DIM, 0.0, "gelu", batch_first=True,
                                           norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, LAYERS, nn.LayerNorm(DIM),
                                             enable_nested_tensor=False)
        self.positions = nn.Parameter(torch.zeros(LONGEST + 1, DIM))

    def forward(self, actions, lengths):
        last = []
        for row, length in enumerate(lengths):
            back = torch.arange(length, 0, -1)
            past = self.embed(actions[row, :length]) + self.positions[back]
            last.append(self.encoder(torch.cat([self.positions[:1], past]).unsqueeze(0))[:, 0])
        feature = torch.cat(last)
        return feature, self.answer(feature)

    def names(self):
        found = super().names() | {"positions": self.positions}
        for name, value in self.encoder.named_parameters():
            found[name.replace("in_proj_", "in_proj.")] = value
        return found


def loss_of(logits, key, weights=None):
    return F.cross_entropy(logits, torch.tensor(TARGETS[key]), weights, ignore_index=-1,
                           label_smoothing=SMOOTHING)


def model_case(path, model):
    model = spread(model, torch.Generator().manual_seed(3))
    feature, logits = model(torch.tensor(HISTORIES), LENGTHS)
    loss = sum(weight * loss_of(logits[key], key) for key, weight in WEIGHTS.items())
    loss.backward()
    arrays = {f"state/{name}": value for name, value in model.names().items()}
    arrays |= {f"grad/{name}": value.grad for name, value in model.names().items()}
    arrays |= {f"out/{key}": value for key, value in logits.items()}
    write(path, arrays | {"feature": feature, "loss": loss.reshape(1)}, None)


def loss_case(path):
    generator = torch.Generator().manual_seed(5)
    logits = torch.randn(5, ACTIONS, generator=generator, dtype=torch.float64) * 2
    weights = torch.rand(ACTIONS, generator=generator, dtype=torch.float64) * 3
    arrays = {"logits": logits, "weights": weights}
    for name, of, smoothing in [("plain", None, 0.0), ("smoothed", None, 0.2),
                                ("weighted", weights, 0.0), ("both", weights, 0.2)]:
        scores = logits.clone().requires_grad_()
        arguments = (scores, torch.tensor(TARGETS["action"]), of)
        further = {"ignore_index": -1, "label_smoothing": smoothing}
        mean = F.cross_entropy(*arguments, **further)
        mean.backward()
        rows = F.cross_entropy(*arguments, **further, reduction="none")
        arrays |= {f"{name}/mean": mean.reshape(1), f"{name}/rows": rows,
                   f"{name}/grad": scores.grad}
    write(path, arrays, None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=FIXTURES, help="where the fixtures go")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    model_case(out / "actions_gru.safetensors", Recurrent())
    model_case(out / "actions_transformer.safetensors", Attending())
    loss_case(out / "teacher_losses.safetensors")


if __name__ == "__main__":
    main()
