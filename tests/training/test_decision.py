from __future__ import annotations

import numpy as np
import pytest

from evaluation.metrics import calibration_error
from models.classification import Decision
from models.taxonomy import load_taxonomy
from training.decision import fit_decision

TAXONOMY = load_taxonomy()
NAMES = TAXONOMY.names


def sample(seed: int, size: int = 4000, scale: float = 3.0) -> tuple[np.ndarray, list[list[str]]]:
    """Logits that are `scale` times too sure, with labels drawn from the true probabilities."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(-4.0, 0.5, (size, len(NAMES)))
    top = rng.integers(0, len(NAMES), size)
    strength[np.arange(size), top] = rng.normal(1.0, 1.0, size)
    right = rng.random(size) < 1 / (1 + np.exp(-strength[np.arange(size), top]))
    other = (top + rng.integers(1, len(NAMES), size)) % len(NAMES)
    gold = [[NAMES[t if ok else o]] for t, o, ok in zip(top, other, right, strict=True)]
    return (strength * scale).astype(np.float32), gold


def test_the_temperature_takes_back_what_is_too_sure() -> None:
    logits, gold = sample(1)
    fitted = fit_decision(logits, gold, TAXONOMY)
    fresh, truth = sample(2)
    scores = fitted.probabilities(fresh)
    right = [NAMES[t] == labels[0] for t, labels in zip(scores.argmax(1), truth, strict=True)]
    assert fitted.temperature == pytest.approx(3.0, rel=0.25)
    assert calibration_error(scores.max(1).tolist(), right) < 0.05


def test_abstention_reaches_its_precision_on_what_is_left() -> None:
    logits, gold = sample(3)
    fitted = fit_decision(logits, gold, TAXONOMY, target_precision=0.85)
    scores = fitted.probabilities(logits)
    kept = scores.max(1) >= fitted.abstain_below
    right = np.array([NAMES[t] == labels[0] for t, labels in zip(scores.argmax(1), gold, strict=True)])
    assert 0 < kept.mean() < 1
    assert right[kept].mean() >= 0.85


def test_an_exclusive_stance_stands_alone_and_others_need_their_threshold() -> None:
    decision = Decision(
        temperature=1.0, thresholds=dict.fromkeys(NAMES, 0.5), abstain_below=0.6, abstain_precision=0.9
    )
    scores = np.full(len(NAMES), 0.1)
    scores[[NAMES.index("demand"), NAMES.index("accusation"), NAMES.index("none")]] = 0.7, 0.55, 0.6
    found = decision.decide(NAMES, "none", scores)
    assert found.stances == ["demand", "accusation"]
    assert (found.primary, found.confidence, found.abstained) == ("demand", 0.7, False)
    scores[NAMES.index("none")] = 0.9
    assert decision.decide(NAMES, "none", scores).stances == ["none"]
    assert decision.decide(NAMES, "none", np.full(len(NAMES), 0.2)).abstained
