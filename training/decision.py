"""From logits to decisions: temperature, thresholds and abstention, fitted on the development split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from models.classification import Decision
from models.taxonomy import Taxonomy

__all__ = ["fit_decision"]

Floats = npt.NDArray[np.float64]

TARGET_PRECISION = 0.9  # of the primary among the statements on which the model does not abstain
MIN_SUPPORT = 20  # second labels that a threshold of its own needs
GRID = np.arange(0.15, 0.75, 0.02)


def fit_decision(
    logits: npt.NDArray[np.float32],
    gold: Sequence[Sequence[str]],
    taxonomy: Taxonomy,
    target_precision: float = TARGET_PRECISION,
) -> Decision:
    """Fit on logits of shape (statements, stances) and the gold labels, primary first."""
    names = taxonomy.names
    truth = np.array([[name in labels for name in names] for labels in gold])
    top = logits.argmax(1)
    hit = top == np.array([names.index(labels[0]) for labels in gold])
    temperature, bias = _platt(logits.astype(np.float64), truth, top, hit)
    draft = Decision(
        temperature=temperature,
        bias=bias,
        thresholds={},
        abstain_below=0.0,
        abstain_precision=target_precision,
    )
    scores = draft.probabilities(logits)
    below, precision = _abstention(scores.max(1), hit, target_precision)
    return draft.model_copy(
        update={
            "thresholds": _thresholds(scores, truth, top, taxonomy),
            "abstain_below": below,
            "abstain_precision": precision,
        }
    )


def _platt(
    logits: Floats, truth: npt.NDArray[np.bool_], top: npt.NDArray[np.int64], hit: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    """One temperature and bias for all stances: least log loss of every label and of the primary's hit."""
    strongest = logits[np.arange(len(top)), top]

    def loss(parameters: Floats) -> float:
        scale, bias = float(np.exp(parameters[0])), float(parameters[1])
        return _log_loss((logits + bias) / scale, truth) + _log_loss((strongest + bias) / scale, hit)

    best = minimize(loss, np.array([0.0, 0.0]), method="Nelder-Mead").x
    return round(float(np.exp(best[0])), 4), round(float(best[1]), 4)


def _log_loss(logits: Floats, truth: npt.NDArray[np.bool_]) -> float:
    signed = np.where(truth, logits, -logits)
    return float(np.logaddexp(0.0, -signed).mean())


def _thresholds(
    scores: Floats, truth: npt.NDArray[np.bool_], top: npt.NDArray[np.int64], taxonomy: Taxonomy
) -> dict[str, float]:
    """Each stance's threshold with the best F1 of the final sets; those with little support share one."""
    names = taxonomy.names
    exclusive = names.index(taxonomy.exclusive) if taxonomy.exclusive else -1
    is_top = np.eye(len(names), dtype=bool)[top]
    free = (top != exclusive)[:, None] & ~is_top

    def hits(threshold: float, column: int | None) -> float:
        taken = is_top | (free & (scores >= threshold))
        cells = slice(None) if column is None else column
        right = (taken & truth)[:, cells].sum()
        return float(2 * right / max(1, taken[:, cells].sum() + truth[:, cells].sum()))

    def best(column: int | None) -> float:
        return round(float(max(GRID, key=lambda t: (round(hits(t, column), 4), -abs(t - 0.4)))), 2)

    shared = best(None)
    support = (truth & ~is_top).sum(0)
    return {name: best(n) if support[n] >= MIN_SUPPORT else shared for n, name in enumerate(names)}


def _abstention(confidence: Floats, hit: npt.NDArray[np.bool_], target: float) -> tuple[float, float]:
    """The lowest confidence above which the primary is right often enough, and how often that is."""
    order = np.argsort(-confidence)
    precision = np.cumsum(hit[order]) / np.arange(1, len(order) + 1)
    ranked = confidence[order]
    ends_tie = np.append(ranked[:-1] != ranked[1:], True)  # equal confidences are kept or left together
    enough = np.flatnonzero((precision >= target) & ends_tie)
    if not len(enough):
        return 1.0, float(precision[0]) if len(precision) else 0.0
    last = int(enough[-1])
    return round(float(confidence[order[last]]), 4), round(float(precision[last]), 4)
