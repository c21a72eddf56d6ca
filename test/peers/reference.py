"""Answers WORK/request.json with Python's tokenizers, transformers and peft.

Usage: python3 reference.py WORK

Writes WORK/reply.json and WORK/reply.safetensors (pixels/QUESTION, logits/VARIANT/QUESTION).
Everything is read from local files.
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel, get_peft_model_state_dict
from PIL import Image
from processor import LOCAL, load_processor
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoTokenizer, Qwen2VLForConditionalGeneration


def load_model(variant):
    """The model, and what did not fit."""
    model, loading = Qwen2VLForConditionalGeneration.from_pretrained(
        variant["model"], dtype=torch.float32, output_loading_info=True, **LOCAL
    )
    faults = [f"{kind}: {keys}" for kind, keys in loading.items() if len(keys) > 0]
    if variant["adapter"] is not None:
        model = PeftModel.from_pretrained(model, variant["adapter"])
        written = load_file(Path(variant["adapter"], "adapter_model.safetensors"))
        loaded = get_peft_model_state_dict(model)
        for name in sorted(written.keys() | loaded.keys()):
            if name not in written or name not in loaded:
                faults.append(f"{name}: only in the {'file' if name in written else 'model'}")
            elif not torch.equal(written[name], loaded[name]):
                faults.append(f"{name}: other values")
    return model.eval(), faults


def merge_apart(base, adapter, merged):
    """The largest difference between a merged model's weights and what PEFT merges itself."""
    theirs = Qwen2VLForConditionalGeneration.from_pretrained(
        base, dtype=torch.float32, **LOCAL
    )
    theirs = PeftModel.from_pretrained(theirs, adapter).merge_and_unload().state_dict()
    ours = merged.state_dict()
    assert theirs.keys() == ours.keys()
    return max(float((theirs[name] - ours[name]).abs().max()) for name in theirs)


def with_answer(inputs, answer):
    """The processor's inputs with the answer's tokens behind the prompt's."""
    more = torch.tensor([answer])
    grown = dict(inputs)
    grown["input_ids"] = torch.cat([inputs["input_ids"], more], 1)
    grown["attention_mask"] = torch.ones_like(grown["input_ids"])
    if "mm_token_type_ids" in inputs:
        text = torch.zeros_like(more)
        grown["mm_token_type_ids"] = torch.cat([inputs["mm_token_type_ids"], text], 1)
    return grown


def encode_texts(folder, texts):
    own = Tokenizer.from_file(str(Path(folder, "tokenizer.json")))
    auto = AutoTokenizer.from_pretrained(folder, **LOCAL)
    for text in texts:
        ids = own.encode(text, add_special_tokens=False).ids
        yield {
            "tokenizers": ids,
            "transformers": auto.encode(text, add_special_tokens=False),
            "decoded": own.decode(ids, skip_special_tokens=False),
        }


def encode_question(processor, work, question):
    content = [
        {"type": "image", "image": Image.open(work / question["image"])},
        {"type": "text", "text": question["prompt"]},
    ]
    return processor.apply_chat_template(
        [{"role": "user", "content": content}],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
    )


@torch.inference_mode()
def main(work):
    # Matrices this small gain nothing from threads, and lose much where others use the cores.
    torch.set_num_threads(1)
    request = json.loads((work / "request.json").read_text())
    folder = request["variants"][0]["model"]
    reply = {"texts": list(encode_texts(folder, request["texts"])), "variants": []}
    tensors = {}
    for variant in request["variants"]:
        # Each folder with its own processor: a saved model has to be whole.
        processor = load_processor(variant["model"])
        prompts = [encode_question(processor, work, q) for q in request["questions"]]
        model, faults = load_model(variant)
        if "prompts" not in reply:
            reply["prompts"] = [{"ids": p["input_ids"][0].tolist()} for p in prompts]
            tensors |= {f"pixels/{i}": p["pixel_values"] for i, p in enumerate(prompts)}
        answers = []
        for i, (prompt, answer) in enumerate(zip(prompts, variant["answers"])):
            length = prompt["input_ids"].shape[1]
            made = model.generate(
                **prompt, do_sample=False, max_new_tokens=request["max_new_tokens"]
            )[0, length:].tolist()
            ended = made[-1] in model.generation_config.eos_token_id
            text = processor.tokenizer.decode(made[:-1] if ended else made)
            answers.append({"ids": made, "text": text})
            logits = model(**with_answer(prompt, answer)).logits[0]
            tensors[f"logits/{variant['name']}/{i}"] = logits.float().contiguous()
        source = variant["merged_from"]
        apart = None if source is None else merge_apart(folder, source, model)
        reply["variants"].append({"faults": faults, "merge_apart": apart, "answers": answers})
    save_file(tensors, work / "reply.safetensors")
    (work / "reply.json").write_text(json.dumps(reply))


main(Path(sys.argv[1]))
