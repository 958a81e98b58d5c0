"""From torch to OpenVINO, with proof that nothing was lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nncf
import numpy as np
import openvino
import torch
from torch import nn

from models.encoder import PAD_TO, Encoder, Row
from models.errors import ModelError

__all__ = ["export", "torch_outputs"]

CALIBRATION_ROWS = 300  # field practice: more did not change the ranges
EXACT = 2e-3  # largest difference of a logit between torch and the graph in single precision
FLIPS = 0.01  # largest share of rows whose strongest label int8 may change


def export(network: nn.Module, rows: Sequence[Row], path: Path, precision: str = "int8") -> dict[str, float]:
    """Write the network as OpenVINO IR and check it against torch on the rows.

    Args:
        rows: inputs to calibrate the int8 ranges on and to compare the outputs on.
        precision: `int8` (static, weights and activations) or `bf16` (weights as half floats).

    Returns:
        `difference`: largest of a logit in single precision; `flips`: share of strongest labels that the
        exported graph changes.

    Raises:
        ModelError: the graph does not agree with torch.
    """
    network.eval()
    names = list(rows[0])
    graph = openvino.convert_model(
        network, example_input=_batch(rows[:2]), input=[(name, [-1, -1], openvino.Type.i64) for name in names]
    )
    network.eval()  # tracing can leave modules in training mode
    path.parent.mkdir(parents=True, exist_ok=True)
    expected = torch_outputs(network, rows)
    openvino.save_model(graph, path, compress_to_fp16=False)
    difference = max(
        float(np.abs(a - b).max()) for a, b in zip(expected, Encoder(path).run(rows), strict=True)
    )
    if difference > EXACT:
        raise ModelError(
            f"{path}: differs from torch by {difference:.4f} in a logit, expected at most {EXACT}"
        )
    if precision == "int8":
        graph = nncf.quantize(
            graph,
            nncf.Dataset([_batch([row]) for row in rows[:CALIBRATION_ROWS]]),
            model_type=nncf.ModelType.TRANSFORMER,
            subset_size=CALIBRATION_ROWS,
        )
    openvino.save_model(graph, path, compress_to_fp16=True)
    found = Encoder(path, "bf16" if precision == "bf16" else "f32").run(rows)
    flips = _flips(expected, found)
    if flips > FLIPS:
        raise ModelError(
            f"{path}: {precision} changes {flips:.2%} of the strongest labels, expected at most {FLIPS:.0%}"
        )
    return {"difference": difference, "flips": flips}


def _batch(rows: Sequence[Row]) -> dict[str, Any]:
    length = -(-max(len(row["input_ids"]) for row in rows) // PAD_TO) * PAD_TO
    return {
        name: torch.from_numpy(np.stack([np.pad(row[name], (0, length - len(row[name]))) for row in rows]))
        for name in rows[0]
    }


@torch.inference_mode()
def torch_outputs(network: nn.Module, rows: Sequence[Row]) -> list[np.ndarray[Any, Any]]:
    """The network's outputs row by row, as `Encoder.run` gives the graph's."""
    network.eval()
    outputs = []
    for row in rows:
        output = network(**{name: torch.from_numpy(np.asarray(values))[None] for name, values in row.items()})
        outputs.append(output[0].float().numpy())
    return outputs


def _flips(expected: Sequence[np.ndarray[Any, Any]], found: Sequence[np.ndarray[Any, Any]]) -> float:
    changed = [np.atleast_1d(a.argmax(-1) != b.argmax(-1)) for a, b in zip(expected, found, strict=True)]
    return float(np.concatenate(changed).mean())
