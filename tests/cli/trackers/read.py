"""Asks an MLflow server with MLflow's own client: every run, its numbers and its files.

read.py URI prints JSON.
"""

import json
import sys

from mlflow import MlflowClient

client = MlflowClient(tracking_uri=sys.argv[1])
found = []
for experiment in client.search_experiments():
    for run in client.search_runs([experiment.experiment_id]):
        history = {
            name: sorted(
                [point.step, point.value]
                for point in client.get_metric_history(run.info.run_id, name)
            )
            for name in run.data.metrics
        }
        found.append(
            {
                "name": run.info.run_name,
                "status": run.info.status,
                "experiment": experiment.name,
                "params": run.data.params,
                "tags": run.data.tags,
                "metrics": history,
                "files": [file.path for file in client.list_artifacts(run.info.run_id)],
            }
        )
print(json.dumps(found))
