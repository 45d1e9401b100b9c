"""The page of the formulation is made from docstrings, which explain each symbol of a formula."""

import inspect
import re

import pytest

from carbonpeak.optimiser import build_rows, least_cost
from carbonpeak.optimiser.limit_families import ROW_FAMILIES

FAMILIES = (*least_cost.FAMILIES, *build_rows.BUILD_FAMILIES)


def stated():
    """Return the meaning of each symbol, by its letters."""
    entries = []
    for module in (least_cost, build_rows):
        text = " ".join(inspect.getdoc(module).split()).partition("Symbols: ")[2]
        entries += text.rstrip(".").split("; ")
    return [re.match(r"(\w+)(?:\[[^\]]*\])? (.*)", entry).groups() for entry in entries]


def test_every_symbol_has_a_unit():
    assert [name for name, meaning in stated() if not re.search(r" \([^()]+\)$", meaning)] == []


def test_no_two_symbols_share_their_letters():
    names = [name for name, _ in stated()]
    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_every_symbol_of_a_formula_is_explained(family):
    first = inspect.getdoc(family).split("\n\n")[0]
    used = set(re.findall(r"([^\W\d_]\w*)\[", first))
    assert used <= {name for name, _ in stated()}


def test_every_limit_that_may_give_has_words_in_two_languages():
    for family in ROW_FAMILIES:
        assert family.words.en
        assert not family.words.zh.isascii()
