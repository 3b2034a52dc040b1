"""Cases that are a tree of a few small files and a command line."""


def tree(config, **files):
    """The text of config.yaml, and of others: `g__a` is g/a.yaml."""
    others = {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return {"config.yaml": config, **others}


class Cases(dict):
    """{id: case}"""

    def add(self, id, files, args=(), **more):
        assert id not in self, id
        self[id] = {"files": files, "args": list(args), **more}
