#!/usr/bin/env python3
"""Times real Hydra and `runner` on the same tree, as whole processes, in turn.

    python scripts/compare_hydra_speed.py                     # this repository's conf/
    python scripts/compare_hydra_speed.py --conf AVT/conf --version-base 1.1 \\
        @AVT/expts/10_ek55_avt_ig65m.txt

Run it with a Python that has hydra-core 1.3 (AVT's tree also wants hydra-colorlog and
hydra-submitit-launcher); `runner` is target/release/runner unless --runner says otherwise. Both print the composed config (`--cfg job`); the script stops when they print different
texts, and at the end prints the median of each and their ratio.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What a user of Hydra has in the main file, and nothing else.
APP = """\
import hydra


@hydra.main(config_path={conf!r}, config_name="config", version_base={version!r})
def main(cfg):
    pass


main()
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runner", type=Path, default=ROOT / "target/release/runner")
    parser.add_argument("--conf", type=Path, default=ROOT / "conf")
    parser.add_argument("--version-base", default="1.3")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("overrides", nargs="*", help="overrides, or @FILE with one a line")
    return parser.parse_args()


def expanded(overrides):
    """The overrides with those of every @FILE in its place."""
    for override in overrides:
        if not override.startswith("@"):
            yield override
            continue
        for line in Path(override[1:]).read_text().splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                yield line.strip()


def timed(command, cwd):
    """Seconds that a process takes, and what it prints."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n" + "\n".join(done.stderr.splitlines()[-10:]))
    return seconds, done.stdout


def main():
    args = arguments()
    conf = args.conf.resolve()
    overrides = list(expanded(args.overrides))
    with tempfile.TemporaryDirectory() as cwd:
        app = Path(cwd) / "runner.py"
        app.write_text(APP.format(conf=str(conf), version=args.version_base))
        hydra = [sys.executable, str(app), "--cfg", "job", *overrides]
        ours = [str(args.runner.resolve()), "--config-path", str(conf)]
        ours += ["--version-base", args.version_base, "--cfg", "job", *overrides]
        if timed(hydra, cwd)[1] != timed(ours, cwd)[1]:  # and both are in the page cache now
            sys.exit("they print different configs")
        rounds = [(timed(hydra, cwd)[0], timed(ours, cwd)[0]) for _ in range(args.rounds)]
    theirs, mine = (statistics.median(times) for times in zip(*rounds))
    print(f"hydra  {theirs * 1000:8.1f} ms")
    print(f"runner {mine * 1000:8.1f} ms")
    print(f"ratio  {theirs / mine:8.1f}  (medians of {args.rounds} processes each, in turn)")


if __name__ == "__main__":
    main()
