"""What a stance model must beat: the most frequent stance, and TF-IDF with logistic regression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer

from training.classifier import Example

__all__ = ["majority", "tfidf"]


def majority(train: Sequence[Example], test: Sequence[Example]) -> list[list[str]]:
    """The most frequent primary stance, always."""
    [(name, _)] = Counter(item.stances[0] for item in train).most_common(1)
    return [[name] for _ in test]


def tfidf(train: Sequence[Example], test: Sequence[Example], exclusive: str | None = None) -> list[list[str]]:
    """Word and word-pair TF-IDF of content and passage, one logistic regression a stance.

    The strongest stance is primary; others are added from a probability of one half. An exclusive one stands
    alone.
    """
    labels = MultiLabelBinarizer().fit([item.stances for item in train])
    features = FeatureUnion([("content", _vectors("content")), ("passage", _vectors("passage"))])
    model = make_pipeline(
        features, OneVsRestClassifier(LogisticRegression(C=10, max_iter=1000, class_weight="balanced"))
    )
    model.fit(list(train), labels.transform([item.stances for item in train]))
    found = []
    for row in model.predict_proba(list(test)):
        order = sorted(range(len(row)), key=lambda n: -row[n])
        names = [str(labels.classes_[n]) for n in order if n == order[0] or row[n] >= 0.5]
        found.append(names[:1] if names[0] == exclusive else [name for name in names if name != exclusive])
    return found


def _vectors(part: str) -> TfidfVectorizer:
    return TfidfVectorizer(
        preprocessor=_content if part == "content" else _passage,
        ngram_range=(1, 2),
        min_df=2,
        sublinear_tf=True,
    )


def _content(item: Example) -> str:
    return item.passage.bare().text.lower()


def _passage(item: Example) -> str:
    return item.passage.text.lower()
