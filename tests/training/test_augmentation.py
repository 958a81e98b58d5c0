from __future__ import annotations

import random

from training.augmentation import restyle


def test_every_style_keeps_the_offsets_and_the_apostrophes() -> None:
    text = "“It’s ‘not’ over,” she said."
    seen = {restyle(text, random.Random(seed)) for seed in range(60)}
    assert text in seen
    assert any(variant.startswith('"It’s') for variant in seen)
    assert len(seen) > 3
    assert all(len(variant) == len(text) for variant in seen)
    assert all("It’s" in variant for variant in seen)


def test_straight_marks_are_left_alone() -> None:
    text = '"It\'s over," she said.'
    assert all(restyle(text, random.Random(seed)) == text for seed in range(20))
