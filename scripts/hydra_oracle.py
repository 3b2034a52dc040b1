#!/usr/bin/env python3
"""Answers what real Hydra makes of config trees, one JSON line per question, until stdin ends.

A question is a case as `composed` of compose_tables/hydra_truth.py reads it, with files and args.
The answer holds, each either {"expected": text} or {"error": class, "message": line}:

    job        what `--cfg job` prints
    resolved   what `--cfg job --resolve` prints
    sweep      instead of both when the case says "sweep": true: a line per job of `--multirun`,
               then what `--cfg job` prints for the first job and for the last

One bug of Hydra is mended: a config that the defaults list names twice is read once, and merging
changes what was read, so that the second use may hold values of other files.
"""

import copy
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "compose_tables"))
import hydra_truth  # noqa: E402
from hydra._internal.config_repository import CachingConfigRepository  # noqa: E402
from hydra.core.override_parser.overrides_parser import OverridesParser  # noqa: E402
from hydra.types import RunMode  # noqa: E402
from omegaconf import OmegaConf  # noqa: E402


def unshared(load_config):
    return lambda self, config_path: copy.deepcopy(load_config(self, config_path))


CachingConfigRepository.load_config = unshared(CachingConfigRepository.load_config)


def questions(case, conf):
    """The truths to ask for, each with the name of its answer."""
    if case.get("sweep"):
        return {"sweep": lambda case: sweep(case, conf)}
    job = []  # composed once, shown twice

    def plain(case):
        job.append(hydra_truth.job(hydra_truth.start(conf, case), case, case["args"]))
        return OmegaConf.to_yaml(job[0])

    def resolved(case):
        if not job:
            raise ValueError("not composed")
        OmegaConf.resolve(job[0])
        return OmegaConf.to_yaml(job[0])

    return {"job": plain, "resolved": resolved}


def sweep(case, conf):
    hydra = hydra_truth.start(conf, case)
    overrides = [*case["args"], "hydra.mode=MULTIRUN"]
    config = hydra_truth.load(hydra, case, overrides, RunMode.MULTIRUN)
    params = config.hydra.sweeper.params or {}
    lines = [f"{key}={value}" for key, value in params.items()]
    lines += OmegaConf.to_container(config.hydra.overrides.task)
    parsed = OverridesParser.create(config_loader=hydra.config_loader).parse_overrides(lines)
    jobs = hydra_truth.jobs(parsed)
    text = "".join(f"{json.dumps(job, ensure_ascii=False)}\n" for job in jobs)
    shared = OmegaConf.to_container(config.hydra.overrides.hydra)
    for job in jobs[:1] + jobs[-1:]:
        text += OmegaConf.to_yaml(hydra_truth.job(hydra, case, shared + job))
    return text


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch).resolve()
        os.chdir(scratch)
        for number, line in enumerate(sys.stdin):
            case = json.loads(line)
            conf = scratch / str(number)
            hydra_truth.write_tree(conf, case)
            with hydra_truth.quiet():
                asked = questions(case, conf)
                answers = {name: hydra_truth.answer(ask, case) for name, ask in asked.items()}
            text = json.dumps(answers, ensure_ascii=False)
            print(text.replace(str(scratch / str(number)), "<conf>"), flush=True)


if __name__ == "__main__":
    main()
