"""The cases that are folders: big trees, and texts too long for a row of a table.

Each folder of tests/compose holds a config tree (conf/), the command line (case.json) and either
expected.yaml (the text of --cfg, byte for byte) or, inside case.json, the class of Hydra's error.
"""

import json

import hydra_truth
from trees import DB, INTER, MODEL, SCALARS

CASES = {}


def case(name, files, args, **more):
    assert name not in CASES, name
    CASES[name] = {"files": files, "args": args, **more}


case("db-plain", DB, [])
case("db-choose", DB, ["db=postgresql"])
case("db-resolve", DB, ["db=postgresql"], resolve=True)
case("db-change", DB, ["db.user=me", "db.port=1"])
case("db-delete-group", DB, ["~db", "port=1"])
case("db-append", DB, ["+schema=school"])
case("db-append-package", DB, ["+schema@other.place=shop"])
case("db-append-global", DB, ["+schema@_global_=shop"])
case("db-append-twice", DB, ["+schema=school", "+schema@x=school", "+db@db2=postgresql"])
case("db-experiment", DB, ["+experiment=fast"])
case("db-experiment-and-choice", DB, ["+experiment=fast", "db=mysql", "++db.timeout=3"])
case("db-package", DB, [], package="db")
case("db-package-scalar", DB, [], package="db.port")
case("db-package-missing", DB, [], package="nope")
case("db-cache-optional", DB, ["cache=redis"])
case("model-plain", MODEL, [])
case("model-resolve", MODEL, ["model/body=large"], resolve=True)
case("model-experiment", MODEL, ["+experiment=base"])
case("model-child", MODEL, ["+experiment=child"])
case("model-child-debug", MODEL, ["+experiment=child", "+debug=tiny", "distill=0.5"], resolve=True)
case("model-override-wins", MODEL, ["+experiment=child", "model/head=linear"])
case("model-package-choice", MODEL, ["data@eval_data=long", "eval_data.rate=5"])
case("model-second-dataset", MODEL, ["+data@eval_data2=long"])
case("model-list", MODEL, ["list=[[__all__,0.000005,0.0001]]"])
case("model-copy-node", MODEL, ["eval_data=${train_data}"])
case("model-copy-then-change", MODEL, ["eval_data=${train_data}", "eval_data.frames=3"])
case("model-struct", MODEL, ["model.head.layer=3"])
case("model-add", MODEL, ["+model.head.layers=3", "+model.head.loss={_target_: torch.nn.MSELoss, w: [1, 2.5, null, true, x y]}"])
case("model-hydra", MODEL, ["+experiment=base", "lr=3"], cfg="hydra")
case("model-all", MODEL, [], cfg="all")
case("model-hydra-resolve", MODEL, ["hydra.run.dir=out/${hydra.job.name}", "hydra/output=default", "hydra.sweep.dir=x"], cfg="hydra", resolve=True, package="hydra.run")
case("model-hydra-job", MODEL, ["hydra.job.chdir=true", "hydra.job.num=3", "hydra.job.id=7", "hydra.job.env_set={A: 1}"], cfg="hydra", package="hydra.job")
case("model-hydra-unknown", MODEL, ["hydra.job.nam=x"])
case("model-hydra-add", MODEL, ["+hydra.job.extra=x"], cfg="hydra", package="hydra.job")
case("model-hydra-type", MODEL, ["hydra.job.num=abc"])
case("model-hydra-null", MODEL, ["hydra.run.dir=null"])
case("model-hydra-searchpath", MODEL, ["hydra.searchpath=[file://nowhere]"], cfg="hydra", package="hydra.searchpath")
case("model-hydra-mode", MODEL, ["hydra.mode=RUN"], cfg="hydra", package="hydra.mode")
case("model-hydra-mode-wrong", MODEL, ["hydra.mode=WALK"])
case("model-hydra-verbose", MODEL, ["hydra.verbose=[a,b]"], cfg="hydra", package="hydra.verbose")
case("model-hydra-sweeper", MODEL, ["hydra.sweeper.params={a: '1,2', b: 3}", "hydra.sweeper.max_batch_size=2"], cfg="hydra", package="hydra.sweeper")
case("model-hydra-launcher-closed", MODEL, ["hydra.launcher.nodes=2"])
case("model-hydra-dirname", MODEL, ["lr=1", "+z=2", "distill=3", "hydra.job.config.override_dirname.exclude_keys=[lr]", "hydra.job.config.override_dirname.item_sep=;"], cfg="hydra", package="hydra.job")
case("inter-plain", INTER, [])
case("scalars", SCALARS, [])


def outputs():
    """{path below tests/compose: text}"""
    texts = {}
    for name, case in CASES.items():
        texts |= {f"{name}/conf/{path}": text for path, text in case["files"].items()}
        answer = hydra_truth.answer(hydra_truth.composed, case)
        if "expected" in answer:
            texts[f"{name}/expected.yaml"] = answer.pop("expected")
        command = {key: value for key, value in case.items() if key != "files"}
        meta = json.dumps(command | answer, indent=1, ensure_ascii=False)
        texts[f"{name}/case.json"] = f"{meta}\n"
    return texts
