"""A model folder's processor for stills, with or without torchvision."""

import json
from importlib.util import find_spec
from pathlib import Path

from transformers import (
    AutoImageProcessor,
    AutoProcessor,
    AutoTokenizer,
    Qwen2VLProcessor,
)

LOCAL = {"local_files_only": True}


class StillsProcessor(Qwen2VLProcessor):
    """Qwen2VLProcessor less its half for videos, which needs torchvision."""

    def check_argument_for_proper_class(self, name, argument):
        if name == "video_processor":
            return type(argument)
        return super().check_argument_for_proper_class(name, argument)


def load_processor(folder):
    # The published numbers are Pillow's; torchvision resizes a little differently.
    try:
        images = AutoImageProcessor.from_pretrained(folder, backend="pil", **LOCAL)
    except TypeError:  # transformers 4 calls it so
        images = AutoImageProcessor.from_pretrained(folder, use_fast=False, **LOCAL)
    if find_spec("torchvision"):
        processor = AutoProcessor.from_pretrained(folder, **LOCAL)
        processor.image_processor = images
        return processor
    template = json.loads(Path(folder, "chat_template.json").read_text())
    return StillsProcessor(
        image_processor=images,
        tokenizer=AutoTokenizer.from_pretrained(folder, **LOCAL),
        video_processor=None,
        chat_template=template["chat_template"],
    )
