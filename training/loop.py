"""Fine-tuning with transformers' Trainer: seeded, resumable, in bf16 where the machine has it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from pydantic import BaseModel, ConfigDict, Field
from safetensors.torch import load_model, save_model
from torch import nn
from transformers import Trainer, TrainingArguments, set_seed
from transformers.trainer_utils import get_last_checkpoint

__all__ = ["FineTuning", "collate", "fine_tune", "has_bf16"]

LABEL_PADDING = {"labels": -100}
TOKEN_WISE = frozenset({"input_ids", "attention_mask", "content_mask"})  # and the tagger's labels


class FineTuning(BaseModel):
    """Settings of one fine-tuning run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(default=4, ge=1, description="views of each example; each is augmented anew")
    batch_size: int = Field(default=16, ge=1)
    learning_rate: float = Field(default=8e-5, gt=0)
    head_factor: float = Field(
        default=3.0, gt=0, description="learning rate of the head over that of the encoder"
    )
    warmup: float = Field(default=0.06, ge=0, lt=1, description="share of the steps")
    weight_decay: float = Field(default=0.01, ge=0)
    seed: int = 13


def has_bf16() -> bool:
    """Whether bf16 arithmetic is native; emulated, it is slower than single precision."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def fine_tune(
    network: nn.Module,
    rows: Sequence[Mapping[str, Any]],
    settings: FineTuning,
    folder: Path | None = None,
    before: Callable[[], None] | None = None,
) -> None:
    """Train the network in place on rows of equal keys; values are sequences of numbers.

    Args:
        folder: where checkpoints go. An interrupted run with the same folder, rows and settings goes on from
            the last one; a finished one is taken as it is.
        before: what prepares the network; not called where a finished run is taken.
    """
    finished = folder and folder / f"{_fingerprint(rows, settings)}.safetensors"
    if finished and finished.is_file():
        load_model(network, finished)
    else:
        if before is not None:
            before()
        _train(network, rows, settings, finished and finished.with_suffix(""))
        if finished:
            save_model(network, str(finished))
    network.cpu().eval()


def _fingerprint(rows: Sequence[Mapping[str, Any]], settings: FineTuning) -> str:
    """Of everything that a run depends on but the base encoder."""
    digest = hashlib.sha256(settings.model_dump_json().encode())
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True).encode())
    return digest.hexdigest()[:16]


def _train(
    network: nn.Module, rows: Sequence[Mapping[str, Any]], settings: FineTuning, folder: Path | None
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        set_seed(settings.seed)
        trainer = Trainer(
            model=network,
            args=_arguments(settings, folder or Path(scratch), keep=folder is not None),
            train_dataset=Dataset.from_list([{**row, "length": len(row["input_ids"])} for row in rows]),
            data_collator=collate,
            optimizers=(_optimizer(network, settings), None),
        )
        last = get_last_checkpoint(str(folder)) if folder and folder.is_dir() else None
        trainer.train(resume_from_checkpoint=last)
        # accelerate left a bf16 wrapper around forward(), which an export would trace
        trainer.accelerator.unwrap_model(network, keep_fp32_wrapper=False)


def _arguments(settings: FineTuning, folder: Path, *, keep: bool) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,  # the rows hold every view of every epoch
        per_device_train_batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=settings.warmup,
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        bf16=has_bf16(),
        use_cpu=not torch.cuda.is_available(),
        seed=settings.seed,
        logging_steps=50,
        save_strategy="steps" if keep else "no",
        save_steps=500,
        save_total_limit=1,
        report_to=[],
        dataloader_pin_memory=False,
        remove_unused_columns=True,
    )


def _optimizer(network: nn.Module, settings: FineTuning) -> torch.optim.Optimizer:
    """AdamW; no decay for biases and norms, a higher rate for the head."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        groups.setdefault((name.startswith("head"), parameter.ndim < 2), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "lr": settings.learning_rate * (settings.head_factor if head else 1.0),
                "weight_decay": 0.0 if flat else settings.weight_decay,
            }
            for (head, flat), parameters in groups.items()
        ],
        fused=True,
    )


def collate(rows: Sequence[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
    """Pad sequences that run along the tokens; stack what has one shape."""
    length = -(-max(len(row["input_ids"]) for row in rows) // 8) * 8
    batch: dict[str, torch.Tensor] = {}
    for name in rows[0]:
        if name == "length":
            continue
        values = [np.asarray(row[name]) for row in rows]
        if name in TOKEN_WISE or (name == "labels" and "primary" not in rows[0]):
            fill = LABEL_PADDING.get(name, 0)
            values = [np.pad(v, (0, length - len(v)), constant_values=fill) for v in values]
        batch[name] = torch.from_numpy(np.stack(values))
    return batch
