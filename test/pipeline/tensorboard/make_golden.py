"""Writes golden.json: events as Python's tensorboard encodes and frames them.

    python make_golden.py > golden.json     (tensorboard 2.21)
"""
import io
import json

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import (
    DATA_CLASS_TENSOR, Summary, SummaryMetadata)
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.summary.writer.record_writer import RecordWriter


def framed(event):
    file = io.BytesIO()
    RecordWriter(file).write(event.SerializeToString())
    return file.getvalue().hex()


def scalars(values):
    return Summary(value=[
        Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])


def text(tag, content):
    plugin = SummaryMetadata.PluginData(plugin_name="text")
    return Summary(value=[Summary.Value(
        tag=tag,
        tensor=TensorProto(
            dtype=DT_STRING, tensor_shape=TensorShapeProto(),
            string_val=[content.encode()]),
        metadata=SummaryMetadata(plugin_data=plugin, data_class=DATA_CLASS_TENSOR))])


WALL_TIME = 1764000000.125
VALUES = {"reward": 1.625, "rewards/iou/mean": -0.1, "kl": 1e-12}
LONG = 2 ** 40 + 1
MARKDOWN = "**π** is `3.14`\n" * 20

print(json.dumps([
    {"event": {"wallTime": WALL_TIME, "step": 0, "what": {"kind": "version"}},
     "framed": framed(Event(wall_time=WALL_TIME, file_version="brain.Event:2"))},
    {"event": {"wallTime": WALL_TIME, "step": 21, "what": {"kind": "start"}},
     "framed": framed(Event(wall_time=WALL_TIME, step=21,
                            session_log=SessionLog(status=SessionLog.START)))},
    {"event": {"wallTime": WALL_TIME, "step": LONG,
               "what": {"kind": "scalars", "values": VALUES}},
     "framed": framed(Event(wall_time=WALL_TIME, step=LONG, summary=scalars(VALUES)))},
    {"event": {"wallTime": WALL_TIME, "step": 3,
               "what": {"kind": "text", "tag": "config", "text": MARKDOWN}},
     "framed": framed(Event(wall_time=WALL_TIME, step=3,
                            summary=text("config", MARKDOWN)))},
], indent=1, ensure_ascii=False))
