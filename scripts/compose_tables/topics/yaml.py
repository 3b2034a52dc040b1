"""Reading YAML: what the text of a config means."""

from hydra_truth import composed as TRUTH  # noqa: F401

# Plain scalars, as the value of a key: what --cfg prints tells a number from a text.
SCALARS = {
    "octal": "017",
    "hex": "0x1f",
    "sexagesimal": "12:30",
    "exponent-without-dot": "1e5",
    "date": "2020-01-01",
    "yes": "yes",
    "tilde": "~",
    "leading-dot": ".5",
}

TEXTS = {
    "duplicate-key": "a: 1\na: 2\n",
    "two-documents": "a: 1\n---\nb: 2\n",
    "merge-key": "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n",
}

CASES = {f"scalar-{id}": {"text": f"k: {text}\n"} for id, text in SCALARS.items()} | {
    id: {"text": text} for id, text in TEXTS.items()
}
