"""GRPO steps by a loop that is written for this one purpose, with PyTorch and transformers' modules.

Usage: python3 grpo_loop.py FOLDER REQUEST

What a general trainer does is left out: no padding, no gathering, no old log-probabilities. Each
image goes through the vision tower once, each prompt is prefilled once for all its answers, adapters
are merged for sampling, and only answers' tokens go through the head.
"""

import copy

import torch
from peft import LoraConfig, get_peft_model
from processor import LOCAL, load_processor
from step_timer import Request, Timer, vowels
from transformers import DynamicCache, Qwen2VLForConditionalGeneration


class Prompts:
    """Questions as tensors; all prompts have one length."""

    def __init__(self, processor, core, questions):
        images, texts = zip(*questions)
        chats = [
            processor.apply_chat_template(
                [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": text}]}],
                add_generation_prompt=True,
            )
            for text in texts
        ]
        made = processor(text=chats, images=list(images), return_tensors="pt")
        self.ids, self.grid = made["input_ids"], made["image_grid_thw"]
        self.pixels = made["pixel_values"]
        self.is_image = self.ids == core.config.image_token_id
        self.positions, self.delta = core.get_rope_index(
            self.ids, self.is_image.int(), image_grid_thw=self.grid
        )

    def features(self, core):
        seen = core.get_image_features(self.pixels, self.grid)
        parts = getattr(seen, "pooler_output", seen)
        return torch.cat(list(parts)) if isinstance(parts, (list, tuple)) else parts

    def embedded(self, core, features):
        words = core.get_input_embeddings()(self.ids)
        return words.masked_scatter(self.is_image[..., None], features)


def rows_positions(prompts, groups, start, length):
    """[3, rows, length] positions of tokens behind the prompts, from `start` on."""
    first = prompts.ids.shape[1] + prompts.delta.view(-1) + start
    one = first.repeat_interleave(groups)[:, None] + torch.arange(length)
    return one.expand(3, -1, -1)


@torch.no_grad()
def sample(model, prompts, features, request, bad):
    core, groups = model.model, request.numGenerations
    text, embed = core.language_model, core.get_input_embeddings()
    cache = DynamicCache(config=core.config.get_text_config())
    hidden = text(
        inputs_embeds=prompts.embedded(core, features),
        position_ids=prompts.positions,
        past_key_values=cache,
        use_cache=True,
    ).last_hidden_state
    cache.batch_repeat_interleave(groups)
    logits = model.lm_head(hidden[:, -1]).repeat_interleave(groups, 0)
    tokens = []
    for position in range(request.newTokens):
        logits[:, bad] = -torch.inf
        tokens.append(torch.multinomial(logits.softmax(-1), 1))
        if position + 1 == request.newTokens:
            break
        hidden = text(
            inputs_embeds=embed(tokens[-1]),
            position_ids=rows_positions(prompts, groups, position, 1),
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
        logits = model.lm_head(hidden[:, -1])
    return torch.cat(tokens, 1)


def log_probs(model, prompts, features, answers, groups):
    core, length = model.model, prompts.ids.shape[1]
    shared = prompts.embedded(core, features).repeat_interleave(groups, 0)
    own = core.get_input_embeddings()(answers[:, :-1])
    positions = torch.cat([
        prompts.positions.repeat_interleave(groups, 1),
        rows_positions(prompts, groups, 0, answers.shape[1] - 1),
    ], 2)
    hidden = core.language_model(
        inputs_embeds=torch.cat([shared, own], 1), position_ids=positions, use_cache=False
    ).last_hidden_state
    scores = model.lm_head(hidden[:, length - 1:]).log_softmax(-1)
    return scores.gather(2, answers[..., None])[..., 0]


def main():
    request = Request()
    processor = load_processor(request.folder)
    model = Qwen2VLForConditionalGeneration.from_pretrained(
        request.folder, dtype=torch.float32, **LOCAL
    )
    adapted, reference = None, None
    if request.loraR > 0:
        adapted = get_peft_model(model, LoraConfig(
            r=request.loraR,
            lora_alpha=request.loraAlpha,
            target_modules=request.loraTargetModules,
        ))
    else:
        reference = copy.deepcopy(model).requires_grad_(False)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(
        trained, lr=request.learningRate, weight_decay=0.0, fused=True
    )
    bad, groups = torch.tensor(request.badTokens), request.numGenerations
    timer = Timer()
    for step in range(request.steps):
        first = step * request.questions
        prompts = Prompts(processor, model.model, [
            request.question(first + i) for i in range(request.questions)
        ])
        with torch.no_grad():
            features = prompts.features(model.model)
        if adapted:
            adapted.merge_adapter()
        answers = sample(model, prompts, features, request, bad)
        if adapted:
            adapted.unmerge_adapter()
        texts = processor.tokenizer.batch_decode(answers)
        rewards = torch.tensor([vowels(text) for text in texts]).view(-1, groups)
        spread = rewards.std(1, keepdim=True) + 1e-4
        advantages = ((rewards - rewards.mean(1, keepdim=True)) / spread).view(-1, 1)
        with torch.no_grad():
            if adapted:
                with adapted.disable_adapter():
                    before = log_probs(model, prompts, features, answers, groups)
            else:
                seen = prompts.features(reference.model)
                before = log_probs(reference, prompts, seen, answers, groups)
        if not adapted:
            features = prompts.features(model.model)  # the vision tower learns
        now = log_probs(model, prompts, features, answers, groups)
        apart = before - now
        divergence = apart.exp() - apart - 1
        gain = (now - now.detach()).exp() * advantages
        loss = (request.beta * divergence - gain).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        timer.step()
    timer.print(answers.numel())


main()
