"""The defaults list, packages and merging: whole trees of a few small files."""

from hydra_truth import composed as TRUTH  # noqa: F401


def tree(config, **files):
    """The text of config.yaml, and of others: `g__a` is g/a.yaml."""
    others = {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return {"config.yaml": config, **others}


CASES = {}


def case(id, files, args=(), **more):
    assert id not in CASES, id
    CASES[id] = {"files": files, "args": list(args), **more}


case("list-of-options", tree("defaults:\n- g: [a, b]\n", g__a="x: 1\n", g__b="y: 2\n"))
case("relative", tree("defaults:\n- g: a\n", g__a="defaults:\n- b\nx: 1\n", g__b="y: 2\n"))
case("absolute", tree("defaults:\n- g: a\n", g__a="defaults:\n- /h: c\nx: 1\n", h__c="z: 3\n"))
case("package-here", tree("defaults:\n- g: a\n", g__a="defaults:\n- h@_here_: c\n", g__h__c="z: 3\n"))
case("optional-absent", tree("defaults:\n- optional g: nope\n- _self_\nx: 1\n"))
case("absent", tree("defaults:\n- g: nope\n", g__a="x: 1\n"))
case("delete-nested", tree("defaults:\n- g: a\n", g__a="defaults:\n- h: c\n", g__h__c="z: 3\n"), ["~g/h"])
