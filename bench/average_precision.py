"""The Python side of average_precision.ts: one evaluation for each line on standard input.

Usage: python3 average_precision.py FOLDER, where FOLDER/CASE/{truth,detections}.json lie. A line
"CASE KIND" (KIND is bbox, segm or lvis) is answered by the seconds of CPU time and the summary as
JSON.
"""

import contextlib
import copy
import io
import json
import logging
import sys
import time

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

np.float = float  # lvis 0.5.3 is older than numpy 2
logging.disable(logging.CRITICAL)
FOLDER = sys.argv[1]
loaded = {}


def load(case):
    if case not in loaded:
        with open(f"{FOLDER}/{case}/truth.json") as file:
            truth = json.load(file)
        with open(f"{FOLDER}/{case}/detections.json") as file:
            loaded[case] = truth, json.load(file)
    return copy.deepcopy(loaded[case])


def coco(truth, detections, kind):
    start = time.process_time()
    annotated = COCO()
    annotated.dataset = truth
    annotated.createIndex()
    run = COCOeval(annotated, annotated.loadRes(detections), kind)
    run.evaluate()
    run.accumulate()
    run.summarize()
    return time.process_time() - start, list(run.stats)


def lvis(truth, detections, _):
    from lvis import LVIS, LVISEval, LVISResults

    start = time.process_time()
    annotated = LVIS.__new__(LVIS)
    annotated.logger = logging.getLogger("lvis")
    annotated.dataset = truth
    annotated._create_index()
    run = LVISEval(annotated, LVISResults(annotated, detections), "bbox")
    run.run()
    return time.process_time() - start, list(run.results.values())


for line in sys.stdin:
    case, kind = line.split()
    with contextlib.redirect_stdout(io.StringIO()):
        seconds, summary = (lvis if kind == "lvis" else coco)(*load(case), kind)
    print(json.dumps({"seconds": seconds, "summary": summary}), flush=True)
