"""The request of a benchmark, and the time of each of its steps."""

import json
import resource
import sys
import time
from pathlib import Path

import torch
from PIL import Image

# Pays for vowels: a reward that tells the answers of an untrained model apart.
def vowels(text):
    return sum(letter in "aeiou" for letter in text) / (1 + len(text))


class Request:
    """FOLDER and JSON of the command line: what a step has; see bench/peers.ts."""

    def __init__(self):
        self.folder = Path(sys.argv[1])
        self.__dict__.update(json.loads(sys.argv[2]))
        self.written = json.loads((self.folder / "questions.json").read_text())
        torch.set_num_threads(self.threads)
        torch.manual_seed(0)

    def question(self, index):
        """An image, and a text."""
        written = self.written[index % len(self.written)]
        return Image.open(self.folder / written["image"]), written["prompt"]


class Timer:
    """Wall and processor time of each step, from the end of the one before it."""

    def __init__(self):
        self.last = (time.perf_counter(), time.process_time())
        self.steps = []

    def step(self):
        now = (time.perf_counter(), time.process_time())
        self.steps.append({"seconds": now[0] - self.last[0], "cpuSeconds": now[1] - self.last[1]})
        self.last = now

    def print(self, tokens):
        peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"steps": self.steps, "tokens": tokens, "peakBytes": peak}))
