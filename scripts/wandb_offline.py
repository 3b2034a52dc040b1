#!/usr/bin/env python3
"""Writes runs as offline runs of Weights & Biases, with its own package (pip install wandb).

    scripts/wandb_offline.py outputs/ek55_ensemble/0003 --project anticipation --dir DIR

The files are written without network, below DIR/wandb; `wandb sync DIR/wandb/offline-run-*` uploads
them. The runs are only read. The same run gets the same id each time.
"""

import argparse
import hashlib
import json
import os
import pathlib

os.environ.setdefault("WANDB_MODE", "offline")
os.environ.setdefault("WANDB_SILENT", "true")

import wandb  # noqa: E402
import yaml  # noqa: E402


def identity(manifest):
    """The same for each attempt of a run, and no other's."""
    of = [manifest[key] for key in ("experiment", "version", "started", "config_hash")]
    return hashlib.sha256("\n".join(of).encode()).hexdigest()[:16]


def write(run, project, folder):
    manifest = json.loads((run / "run.json").read_text())
    config = yaml.safe_load((run / ".hydra" / "config.yaml").read_text())
    told = wandb.init(
        mode="offline",
        project=project,
        dir=folder,
        id=identity(manifest),
        name=f"{manifest['experiment']}/{manifest['version']}",
        group=manifest["experiment"],
        tags=[manifest["data"], manifest["status"]],
        config=config,
        settings=wandb.Settings(console="off", x_disable_stats=True, disable_git=True),
    )
    told.define_metric("*", step_metric="step")
    records = 0
    for line in (run / "metrics.jsonl").read_text().splitlines():
        record = json.loads(line)
        split, step = record.pop("split"), record.pop("step")
        numbers = {f"{split}/{name}": value for name, value in record.items() if value is not None}
        told.log({"step": step, **numbers})
        records += 1
    told.summary.update({f"best/{k}": v for k, v in manifest["metrics"]["best"].items()})
    told.finish(exit_code=0 if manifest["status"] == "completed" else 1)
    return records


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", type=pathlib.Path, help="run directories")
    parser.add_argument("--project", default="runner")
    parser.add_argument("--dir", default=".", help="where the folder wandb/ goes")
    arguments = parser.parse_args()
    for run in arguments.runs:
        records = write(run, arguments.project, arguments.dir)
        print(f"{run}: {records} records")


if __name__ == "__main__":
    main()
