"""Counts what the real annotation files hold, with pandas: the numbers of tests/data/real_lists.rs
and histories.rs.

    python scripts/real_counts.py EXTERNAL

EXTERNAL is a folder as `paths.external`. Prints one line for each number; nothing is written.
"""
import sys
from pathlib import Path

import pandas as pd

EK55, EK100 = "epic-kitchens-55-annotations", "epic-kitchens-100-annotations"
VERB, NOUN, ACTION = 4, 5, 6  # columns of RULSTM's layout, behind uid, video, first and last frame


def rulstm(path):
    return pd.read_csv(path, header=None)


def segments(root):
    for name in ["ek55/training", "ek55/validation", "ek100/training", "ek100/validation"] + [
            f"egtea/{part}{split}" for split in (1, 2, 3) for part in ("training", "validation")]:
        rows = rulstm(root / f"{name}.csv")
        sums = [int(rows[column].sum()) for column in (2, 3, VERB, NOUN, ACTION)]
        classes = [rows[column].nunique() for column in (ACTION, VERB, NOUN)]
        print(f"{name}: {len(rows)} segments, {rows[1].nunique()} videos, sums {sums}, "
              f"distinct actions, verbs, nouns {classes}, unlabelled {(rows[ACTION] < 0).sum()}")
    for name in ["ek55/test_seen", "ek55/test_unseen", "ek100/test_timestamps"]:
        rows = rulstm(root / f"{name}.csv")
        print(f"{name}: {len(rows)} segments, {rows[1].nunique()} videos")


def vocabularies(external, root):
    for name, files, key in [("ek55", EK55 + "/EPIC_{}_classes.csv", "class_key"),
                             ("ek100", EK100 + "/EPIC_100_{}_classes.csv", "key")]:
        for kind in ("verb", "noun"):
            keys = pd.read_csv(external / files.format(kind), keep_default_na=False)[key]
            print(f"{name} {kind}s: {len(keys)}, {keys.iloc[[0, 1, -1]].tolist()}")
        actions = pd.read_csv(root / name / "actions.csv")
        ends = actions[["id", "action", "verb", "noun"]].iloc[[0, 1, -1]].values.tolist()
        print(f"{name} actions: {len(actions)}, {ends}, "
              f"id is the line {(actions.id == actions.index).all()}")
    actions = pd.read_csv(root / "egtea/actions.csv", header=None)
    pairs = actions[1].str.strip().str.split("_", expand=True).astype(int)
    print(f"egtea actions: {len(actions)}, {actions.iloc[[0, 1, -1]].values.tolist()}, "
          f"verbs and nouns {pairs.nunique().tolist()}")


def many_shot(external, root):
    lists = {kind: set(pd.read_csv(external / EK55 / f"EPIC_many_shot_{kind}s.csv")[f"{kind}_class"])
             for kind in ("verb", "noun")}
    print(f"many-shot verbs {sorted(lists['verb'])}")
    print(f"many-shot nouns: {len(lists['noun'])}, sum {sum(lists['noun'])}")
    actions = pd.read_csv(root / "ek55/actions.csv")
    verb, noun = actions.verb.isin(lists["verb"]), actions.noun.isin(lists["noun"])
    listed = pd.read_csv(external / EK55 / "EPIC_many_shot_actions.csv")
    both = set(zip(actions[verb & noun].verb, actions[verb & noun].noun))
    same = set(zip(listed.verb_class, listed.noun_class)) == both
    print(f"many-shot actions: {(verb | noun).sum()} by verb or noun, {len(both)} by both, "
          f"{len(listed)} listed, the same as by both {same}")


def tails(root):
    validation = rulstm(root / "ek100/validation.csv").set_index(0)
    trained = {video.split("_")[0] for video in rulstm(root / "ek100/training.csv")[1]}
    listed = lambda name: (root / f"ek100/validation_{name}_ids.csv").read_text().split()
    for kind, column in [("verbs", VERB), ("nouns", NOUN), ("actions", ACTION)]:
        uids = listed(f"tail_{kind}")
        classes = set(validation.loc[uids][column])
        print(f"tail {kind}: {len(uids)} segments of {len(classes)} classes, "
              f"which have {validation[column].isin(classes).sum()} segments")
    uids = listed("unseen_participants")
    persons = {uid.split("_")[0] for uid in uids}
    print(f"unseen: {len(uids)} segments of {sorted(persons)}, trained on {persons & trained}")


def pickles(external):
    text = lambda value: "" if value is None or value != value else str(value)
    for name in [f"{EK55}/EPIC_test_s1_timestamps", f"{EK100}/EPIC_100_validation",
                 f"{EK100}/EPIC_100_test_timestamps"]:
        frame = pd.read_pickle(external / f"{name}.pkl").reset_index()
        twin = pd.read_csv(external / f"{name}.csv", dtype=str, keep_default_na=False)
        other = sum((frame[column].map(text).values != twin[column].values).sum()
                    for column in frame.columns)
        empty = sum((frame[column].map(text) == "").sum() for column in frame.columns)
        print(f"{name}: {frame.shape}, {other} cells differ from the csv twin, {empty} are empty")


def past(segments, rows, length):
    """Labels of the last `length` segments of each row's video that began before it, oldest first."""
    by_video = {video: part.sort_values(2, kind="stable") for video, part in segments.groupby(1)}
    for _, row in rows.iterrows():
        video = by_video[row[1]]
        labels = video[video[2] < row[2]][ACTION]
        yield labels[labels >= 0].tolist()[-length:]


def histories(root):
    for name, data, length in [("ek55", "ek55/{}.csv", 5), ("egtea", "egtea/{}1.csv", 15)]:
        parts = {part: rulstm(root / data.format(part)) for part in ("training", "validation")}
        both = pd.concat(parts.values())
        for part, rows in parts.items():
            for coverage, segments in [("gappy", rows), ("complete", both)]:
                found = list(past(segments, rows, length))
                weighed = sum((i + 1) * label for row in found for i, label in enumerate(row))
                print(f"{name} {part} {coverage}: {sum(map(len, found))} past actions, "
                      f"{sum(not row for row in found)} without, weighed sum {weighed}")


def main():
    external = Path(sys.argv[1])
    root = external / "rulstm/RULSTM/data"
    segments(root)
    vocabularies(external, root)
    many_shot(external, root)
    tails(root)
    pickles(external)
    histories(root)


if __name__ == "__main__":
    main()
