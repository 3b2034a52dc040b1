"""Reads a folder of runs with the real tensorboard: scalars, histograms, and the HParams tab.

read.py FOLDER prints JSON.
"""

import json
import sys

from google.protobuf import json_format
from tensorboard import context
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import (
    api_pb2,
    backend_context,
    get_experiment,
    list_session_groups,
)
from tensorboard.util import tensor_util

folder = sys.argv[1]
guidance = {"scalars": 0, "histograms": 0, "tensors": 0}
multiplexer = plugin_event_multiplexer.EventMultiplexer(
    size_guidance=guidance, tensor_size_guidance={"scalars": 0, "histograms": 0, "hparams": 0}
)
multiplexer.AddRunsFromDirectory(folder)
multiplexer.Reload()
provider = data_provider.MultiplexerDataProvider(multiplexer, folder)
backend = backend_context.Context(base_plugin.TBContext(data_provider=provider))
request = context.RequestContext()

experiment = get_experiment.Handler(
    request, backend, "", api_pb2.GetExperimentRequest()
).run()
statuses = ["STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING", "STATUS_UNKNOWN"]
columns = [
    api_pb2.ColParams(metric=info.name) for info in experiment.metric_infos
] + [api_pb2.ColParams(hparam=info.name) for info in experiment.hparam_infos]
asked = api_pb2.ListSessionGroupsRequest(
    allowed_statuses=[api_pb2.Status.Value(status) for status in statuses],
    start_index=0,
    slice_size=100,
    col_params=columns,
)
groups = list_session_groups.Handler(request, backend, "", asked).run()

runs = {}
for run, tags in multiplexer.Runs().items():
    found = {"scalars": {}, "histograms": {}}
    for tag in tags["tensors"]:
        plugin = multiplexer.SummaryMetadata(run, tag).plugin_data.plugin_name
        events = multiplexer.Tensors(run, tag)
        if plugin == "scalars":
            values = [[e.step, float(tensor_util.make_ndarray(e.tensor_proto))] for e in events]
            found["scalars"][tag] = values
        elif plugin == "histograms":
            parts = [tensor_util.make_ndarray(e.tensor_proto) for e in events]
            found["histograms"][tag] = [
                {
                    "step": e.step,
                    "count": float(part[:, 2].sum()),
                    "min": float(part[0, 0]),
                    "max": float(part[-1, 1]),
                }
                for e, part in zip(events, parts)
            ]
    runs[run] = found

print(
    json.dumps(
        {
            "runs": runs,
            "experiment": json_format.MessageToDict(experiment, preserving_proto_field_name=True),
            "groups": json_format.MessageToDict(groups, preserving_proto_field_name=True),
        }
    )
)
