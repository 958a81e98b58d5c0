from __future__ import annotations

import itertools

import numpy as np
from tokenizers import Tokenizer

from models.tagging import LABELS, OVERLAP, WINDOW, _kept, _runs, _viterbi, tokenize, windows


def test_tokens_point_back_into_the_text(tokenizer: Tokenizer) -> None:
    text = "Ötzi’s “ice”\r\n\r\nsaid 🧊 so."
    tokens = tokenize(tokenizer, text)
    pieces = [text[a:b] for a, b in tokens.offsets.tolist() if a >= 0]
    assert "".join(pieces) == "".join(text.split())
    assert len(tokens.bounds) == 2
    assert (tokens.offsets[tokens.bounds[0][1]] == -1).all()


def test_windows_overlap_and_every_token_is_decided_once() -> None:
    for total in (1, 50, WINDOW - 2, WINDOW - 1, 700, 5000):
        kept = [_kept(first, last, total) for first, last in windows(total)]
        assert kept[0][0] == 0
        assert kept[-1][1] == total
        assert all(a[1] == b[0] for a, b in itertools.pairwise(kept))
    assert windows(700)[0][1] - windows(700)[1][0] == OVERLAP


def test_viterbi_never_lets_inside_follow_another_part() -> None:
    outside, begin, inside = LABELS.index("O"), LABELS.index("B-cue"), LABELS.index("I-cue")
    scores = np.full((3, len(LABELS)), -9.0, np.float32)
    scores[0, outside] = 0.0
    scores[1, inside], scores[1, begin] = 0.0, -1.0  # the arg-max would be an I without its B
    scores[2, inside] = 0.0
    [path] = _viterbi([scores])
    assert path.tolist() == [outside, begin, inside]


def test_viterbi_scores_paragraphs_of_different_lengths_apart() -> None:
    rng = np.random.default_rng(5)
    scores = [rng.normal(size=(n, len(LABELS))).astype(np.float32) for n in (1, 7, 3)]
    together = _viterbi(scores)
    alone = [_viterbi([one])[0] for one in scores]
    assert all((a == b).all() for a, b in zip(together, alone, strict=True))


def test_runs_part_neighbours_at_their_begin_labels() -> None:
    begin, inside = LABELS.index("B-content"), LABELS.index("I-content")
    path = np.array([0, begin, inside, begin, inside, inside, 0])
    assert list(_runs(path)) == [(begin, 1, 3), (begin, 3, 6)]
