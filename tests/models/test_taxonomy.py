from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import TaxonomyError
from models.taxonomy import load_taxonomy

GOOD = 'name = "a"\nversion = "1"\nexclusive = "none"\n' + "".join(
    f'[[stance]]\nname = "{name}"\ntitle = "T"\ndefinition = "D"\n' for name in ("yes", "none")
)


def test_the_shipped_taxonomy_has_eleven_stances_with_sourced_weights() -> None:
    taxonomy = load_taxonomy()
    assert len(taxonomy.names) == 11
    assert taxonomy.exclusive == "none"
    for stance in taxonomy.stance:
        assert stance.weight_from in ("", *stance.cameo)
        assert bool(stance.weight_from) == bool(stance.cameo)


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (["yes"], None),
        ([], "no stance"),
        (["maybe"], "unknown stance 'maybe'"),
        (["yes", "yes"], "given twice"),
        (["yes", "none"], "stands alone"),
    ],
)
def test_check_says_what_is_wrong_with_labels(tmp_path: Path, labels: list[str], problem: str | None) -> None:
    path = tmp_path / "t.toml"
    path.write_text(GOOD)
    found = load_taxonomy(path).check(labels)
    assert found is None if problem is None else problem in (found or "")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "yes"', 'name = "none"', "named twice"),
        ('exclusive = "none"', 'exclusive = "never"', "not one of the stances"),
        ('title = "T"', "", "Field required"),
        ('version = "1"', 'version = "1"\ncolour = 3', "Extra inputs"),
        ('name = "a"', 'name = "a', "not TOML"),
    ],
)
def test_a_malformed_file_is_refused_by_name(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "t.toml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(TaxonomyError, match=message) as caught:
        load_taxonomy(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="cannot be read"):
        load_taxonomy(tmp_path / "none.toml")
