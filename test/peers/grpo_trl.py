"""GRPO steps by TRL, as a user writes them.

Usage: python3 grpo_trl.py FOLDER REQUEST

Gradient checkpointing and bf16, which TRL turns on, are off: both cost time on a CPU.
"""

import tempfile

from datasets import Dataset, Image
from peft import LoraConfig
from processor import load_processor
from step_timer import Request, Timer, vowels
from transformers import TrainerCallback
from trl import GRPOConfig, GRPOTrainer


class StepTimer(TrainerCallback):
    def __init__(self, timer):
        self.timer = timer

    def on_step_end(self, args, state, control, **kwargs):
        self.timer.step()


def main():
    request = Request()
    processor = load_processor(request.folder)
    numbers = range(request.steps * request.questions)
    written = [request.written[i % len(request.written)] for i in numbers]
    questions = Dataset.from_dict({
        "prompt": [[{"role": "user", "content": one["prompt"]}] for one in written],
        "image": [str(request.folder / one["image"]) for one in written],
    }).cast_column("image", Image())
    lengths = []

    def reward(completions, completion_ids, **kwargs):
        lengths.extend(len(ids) for ids in completion_ids)
        return [vowels(completion[0]["content"]) for completion in completions]

    timer = Timer()
    with tempfile.TemporaryDirectory() as out:
        config = GRPOConfig(
            output_dir=out,
            use_cpu=True,
            bf16=False,
            gradient_checkpointing=False,
            model_init_kwargs={"dtype": "float32"},
            per_device_train_batch_size=request.questions * request.numGenerations,
            num_generations=request.numGenerations,
            max_completion_length=request.newTokens,
            # No answer ends early.
            generation_kwargs={"suppress_tokens": request.badTokens},
            temperature=1.0,
            top_p=1.0,
            top_k=0,
            beta=request.beta,
            loss_type="grpo",
            learning_rate=request.learningRate,
            lr_scheduler_type="constant",
            max_grad_norm=1.0,
            max_steps=request.steps,
            shuffle_dataset=False,
            save_strategy="no",
            logging_strategy="no",
            report_to="none",
            disable_tqdm=True,
        )
        trainer = GRPOTrainer(
            model=str(request.folder),
            processing_class=processor,
            reward_funcs=reward,
            args=config,
            train_dataset=questions,
            callbacks=[StepTimer(timer)],
            peft_config=LoraConfig(
                r=request.loraR,
                lora_alpha=request.loraAlpha,
                target_modules=request.loraTargetModules,
            ) if request.loraR > 0 else None,
        )
        timer.last = Timer().last
        trainer.train()
    assert set(lengths) == {request.newTokens}, lengths
    timer.print(sum(lengths) // request.steps)


main()
