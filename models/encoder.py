"""An exported encoder: bucket by length, run, warm up. OpenVINO on the CPU.

A row's answer never depends on its batch-mates: each row is padded to a multiple of `PAD_TO` of its own
length, rows of one padded length run together, and the released graphs hold no per-batch scale.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import ModelError

__all__ = ["Encoder", "Row", "default_threads"]

Row = Mapping[str, npt.NDArray[Any]]  # input name -> values of shape (length,)

PAD_TO = 16  # tokens; bounds the number of shapes that OpenVINO prepares (field practice: 8 to 16)
_EMPTY: npt.NDArray[np.float32] = np.empty(0, np.float32)
BATCH_TOKENS = 2048  # padded tokens in one call: large enough to fill a core, small enough for its cache


def default_threads() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Encoder:
    """Runs one exported graph.

    Args:
        path: the OpenVINO IR (`model.xml`).
        precision: `int8` or `f32` (what is not int8 runs in single precision, alike on every CPU) or `bf16`
            (which a CPU without bf16 arithmetic runs in single precision, too).
        threads: inference threads; each works on a batch of its own.
    """

    def __init__(self, path: Path, precision: str = "f32", threads: int | None = None) -> None:
        import openvino

        self.threads = threads or default_threads()
        settings = {
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32",
            "INFERENCE_NUM_THREADS": self.threads,
            "NUM_STREAMS": self.threads,
        }
        try:
            self._model = _core().compile_model(str(path), "CPU", settings)
        except RuntimeError as error:
            raise ModelError(f"{path}: OpenVINO cannot load it ({str(error).splitlines()[-1]})") from error
        self._queue = openvino.AsyncInferQueue(self._model, self.threads)
        self._queue.set_callback(_store)
        self._lock = threading.Lock()

    def run(self, rows: Sequence[Row]) -> list[npt.NDArray[np.float32]]:
        """The graph's output for each row: (length, …) where it has a value per token, else (…)."""
        results: list[npt.NDArray[np.float32]] = [_EMPTY] * len(rows)
        with self._lock:  # one queue: callers from several threads take turns
            try:
                for members, batch in _batches(rows, self.threads):
                    lengths = [len(rows[i]["input_ids"]) for i in members]
                    self._queue.start_async(batch, (results, members, lengths))
            finally:
                self._queue.wait_all()
        return results

    def warm_up(self, longest: int) -> None:
        """Prepare every padded length up to `longest` tokens, so that no caller waits for it."""
        names = [port.any_name for port in self._model.inputs]
        for length in range(PAD_TO, longest + 1, PAD_TO):
            self.run([{name: np.ones(length, np.int64) for name in names}])


@lru_cache(maxsize=1)
def _core() -> Any:  # noqa: ANN401 - openvino ships no types
    import openvino

    return openvino.Core()


def _store(request: Any, target: tuple[list[Any], list[int], list[int]]) -> None:  # noqa: ANN401
    results, members, lengths = target
    output = request.get_output_tensor(0).data
    for row, (index, length) in enumerate(zip(members, lengths, strict=True)):
        results[index] = (output[row, :length] if output.ndim == 3 else output[row]).copy()


def _batches(
    rows: Sequence[Row], threads: int
) -> Iterator[tuple[list[int], dict[str, npt.NDArray[np.int64]]]]:
    """Rows of one padded length together, longest first, `BATCH_TOKENS` at most, shared by the threads."""
    buckets: dict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        buckets[-(-len(row["input_ids"]) // PAD_TO) * PAD_TO].append(index)
    for padded in sorted(buckets, reverse=True):
        share = -(-len(buckets[padded]) // threads)
        size = max(1, min(share, BATCH_TOKENS // padded))
        for first in range(0, len(buckets[padded]), size):
            members = buckets[padded][first : first + size]
            yield members, {name: _pad([rows[i][name] for i in members], padded) for name in rows[members[0]]}


def _pad(values: Sequence[npt.NDArray[Any]], length: int) -> npt.NDArray[np.int64]:
    """Zeros to the right. Id 0 is padding in BERT's vocabulary; the attention mask hides it in any other."""
    padded = np.zeros((len(values), length), np.int64)
    for row, value in zip(padded, values, strict=True):
        row[: len(value)] = value
    return padded
