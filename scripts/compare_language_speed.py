#!/usr/bin/env python3
"""Times fine-tuning steps and predictions by `transformers` and by `runner`, in turn, on the processor.

    pip install torch transformers
    scripts/compare_language_speed.py [--family bert] [--layers 12] [--batch 16] [--length 40]
    scripts/compare_language_speed.py --features tch --device libtorch    # after scripts/install-libtorch --env

The model is the family's base size with the outputs of EK55 on the first token's last state, a batch
is not padded, dropout is on in training. A step is forward, backward and AdamW; a prediction forward
without gradients. Printed are medians by the wall clock and of all processors, and their ratios: above
1, `runner` is the faster one. On a machine that does something else as well, only the latter, with
one thread, says something.
"""
import argparse
import json
import os
import statistics
import subprocess
import time
from pathlib import Path

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, logging

ROOT = Path(__file__).resolve().parent.parent
BASE = {
    "bert": {}, "electra": dict(embedding_size=768, hidden_size=768, num_attention_heads=12,
                                intermediate_size=3072),
    "roberta": dict(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1,
                    layer_norm_eps=1e-5),
    "distilbert": {}, "deberta": dict(vocab_size=50265, relative_attention=True,
                                      pos_att_type=["c2p", "p2c"], position_biased_input=False,
                                      type_vocab_size=0, layer_norm_eps=1e-7),
    "albert": dict(hidden_size=768, num_attention_heads=12, intermediate_size=3072,
                   hidden_act="gelu_new", hidden_dropout_prob=0.0,
                   attention_probs_dropout_prob=0.0),
}
CLASSES = {"action": 2513, "verb": 125, "noun": 352}
SHARES = {"action": 0.7, "verb": 0.15, "noun": 0.15}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--family", default="bert", choices=BASE)
    parser.add_argument("--layers", type=int, help="fewer than the base size has, to be quick")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--length", type=int, default=40, help="tokens of every row")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--device", default="flex", choices=["flex", "libtorch"])
    parser.add_argument("--features", default="flex", help="of the build, `tch` for libtorch")
    parser.add_argument("--program", help="the benchmark's program, if it is built already")
    return parser.parse_args()


def bench(features):
    """Builds the benchmark's program."""
    command = ["cargo", "bench", "--bench", "language", "--no-run", "--message-format=json",
               "--features", features]
    built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    made = [json.loads(line) for line in built.stdout.splitlines()]
    return [m["executable"] for m in made
            if m.get("executable") and m["target"]["name"] == "language"][-1]


class Theirs:
    """`transformers`, as the distillation fork trains it."""

    def __init__(self, config):
        self.config = config
        self.base = AutoModel.from_config(config)
        width = config.hidden_size
        self.outputs = nn.ModuleDict({k: nn.Linear(width, n) for k, n in CLASSES.items()})
        self.parameters = [*self.base.parameters(), *self.outputs.parameters()]
        self.optimizer = torch.optim.AdamW(self.parameters, lr=1e-5, eps=1e-8, weight_decay=1e-7)

    def forward(self, ids):
        first = self.base(input_ids=ids, attention_mask=torch.ones_like(ids))
        return {k: out(first.last_hidden_state[:, 0]) for k, out in self.outputs.items()}

    def seconds(self, job, batch, length):
        ids = torch.randint(5, self.config.vocab_size, (batch, length))
        targets = {label: torch.randint(classes, (batch,)) for label, classes in CLASSES.items()}
        self.base.train(job == "step")
        began, busy = time.perf_counter(), time.process_time()
        if job == "step":
            logits = self.forward(ids)
            loss = sum(SHARES[label] * nn.functional.cross_entropy(logits[label], targets[label])
                       for label in CLASSES)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            loss.item()
        else:
            with torch.no_grad():
                self.forward(ids)
        return time.perf_counter() - began, time.process_time() - busy


class Ours:
    """`runner`'s benchmark, asked a job at a time."""

    def __init__(self, config, args):
        environment = os.environ | {"RUNNER_BENCH_DEVICE": args.device,
                                    "RAYON_NUM_THREADS": str(args.threads)}
        self.process = subprocess.Popen([args.program or bench(args.features)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment)
        self.ask(json.dumps(config.to_dict()))

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def seconds(self, job, batch, length):
        busy = self.busy()
        self.ask(f"{job} {batch} {length}")
        return float(self.process.stdout.readline()), self.busy() - busy

    def busy(self):
        """Seconds of processors so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def main():
    args = arguments()
    logging.set_verbosity_error()
    torch.set_num_threads(args.threads)
    config = AutoConfig.for_model(args.family, **BASE[args.family])
    if args.layers:
        config.num_hidden_layers = args.layers
    theirs, ours = Theirs(config), Ours(config, args)
    print(f"{args.family}, {config.num_hidden_layers} layers, {args.batch} rows of {args.length} "
          f"tokens, {args.threads} threads, {args.device}")
    for job in ("step", "predict"):
        times = [theirs.seconds(job, args.batch, args.length)
                 + ours.seconds(job, args.batch, args.length) for _ in range(args.repeat + 1)]
        wall, busy, our_wall, our_busy = map(statistics.median, zip(*times[1:]))
        print(f"{job}: transformers {wall:.3f} s wall {busy:.3f} s processor, "
              f"runner {our_wall:.3f} wall {our_busy:.3f} processor; "
              f"ratio {wall / our_wall:.2f} and {busy / our_busy:.2f}", flush=True)
    ours.process.stdin.close()
    ours.process.wait()


if __name__ == "__main__":
    main()
