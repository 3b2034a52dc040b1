#!/usr/bin/env python3
"""The search of `hydra/sweeper=tpe` beside Optuna's, on the functions of src/sweep/tpe/tests.rs.

    pip install optuna && scripts/compare_tpe.py

Prints the mean over 30 seeds of the lowest value of 60 trials, for points drawn evenly, for this
program's search (both as its test reports them) and for Optuna's TPESampler as it is by default and
with multivariate=True. Lower is better.
"""

import math
import re
import statistics
import subprocess

import optuna

SEEDS, TRIALS = 30, 60


def branin(trial):
    a, b = trial.suggest_float("a", -5, 10), trial.suggest_float("b", 0, 15)
    curve = b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6
    return curve**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10


def mixed(trial):
    first = trial.suggest_categorical("first", [0, 1, 2])
    whole, real = trial.suggest_int("whole", 1, 16), trial.suggest_float("real", 0, 1)
    last = trial.suggest_categorical("last", [0, 1, 2, 3])
    best, offset = [(0.2, 0.6), (0.5, 0.0), (0.8, 0.3)][first]
    bonus = 0.45 if last == 2 else 0.0
    return offset + 0.3 * ((whole - 11) / 5) ** 2 + 4 * (real - best) ** 2 + 0.1 * last - bonus


def decades(trial):
    a = math.log10(trial.suggest_float("a", 1e-6, 1, log=True))
    b = math.log10(trial.suggest_float("b", 1e-8, 1e-1, log=True))
    real = trial.suggest_float("real", 0, 1)
    return (a + 3.3) ** 2 + 0.5 * (b + 5) ** 2 + 0.3 * (a - b - 1.7) ** 2 + 4 * (real - 0.3) ** 2


def hartmann(trial):
    x = [trial.suggest_float(f"x{at}", 0, 1) for at in range(6)]
    widths = [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
    places = [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    depths = [
        math.exp(-sum(w * (a - p) ** 2 for a, w, p in zip(x, width, place)))
        for width, place in zip(widths, places)
    ]
    return -sum(weight * depth for weight, depth in zip([1.0, 1.2, 3.0, 3.2], depths))


def lowest(function, multivariate, seed):
    sampler = optuna.samplers.TPESampler(seed=seed, multivariate=multivariate)
    study = optuna.create_study(sampler=sampler)
    study.optimize(function, n_trials=TRIALS)
    return study.best_value


def ours():
    """Of each function the means of even drawing and of the search, as the test prints them."""
    name = "sweep::tpe::tests::it_finds_better_points_than_drawing_evenly"
    command = ["cargo", "test", "--lib", name, "--", "--exact", "--nocapture"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = re.findall(r"^(\w+): (\S+) evenly, (\S+) by search$", said, re.MULTILINE)
    return {name: (float(even), float(search)) for name, even, search in rows}


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    optuna.logging.disable_default_handler()
    own = ours()
    print(f"optuna {optuna.__version__}, {TRIALS} trials, mean of {SEEDS} seeds")
    print("function  evenly   tpe      optuna   optuna multivariate")
    for function in (branin, mixed, decades, hartmann):
        means = [
            statistics.mean(lowest(function, multivariate, seed) for seed in range(SEEDS))
            for multivariate in (False, True)
        ]
        numbers = [*own[function.__name__], *means]
        print(f"{function.__name__:8}" + "".join(f"  {number:7.4f}" for number in numbers))


if __name__ == "__main__":
    main()
