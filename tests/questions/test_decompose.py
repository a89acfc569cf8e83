from __future__ import annotations

import json
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import UsageError
from forecast.figures.waterfall import draw
from forecast.questions.decompose import decompose_models, decompose_product

_positive = st.floats(1e-6, 1e12)


@given(st.lists(st.tuples(_positive, _positive), min_size=1, max_size=7))
def test_parts_add_up_exactly_whatever_the_factors(pairs: list[tuple[float, float]]) -> None:
    parts = decompose_product([(str(place), "", "", one, two) for place, (one, two) in enumerate(pairs)])
    one, two = (math.prod(pair[place] for pair in pairs) for place in (0, 1))
    assert math.prod(part.ratio for part in parts) == pytest.approx(one / two)
    assert sum(part.contribution for part in parts) == pytest.approx(one - two, rel=1e-6, abs=1e-9 * max(one, two))
    if not math.isclose(one, two, rel_tol=1e-6):
        assert sum(part.share for part in parts) == pytest.approx(1, rel=1e-6)


@given(st.lists(st.tuples(_positive, _positive), min_size=1, max_size=5))
def test_the_other_way_round_every_sign_turns(pairs: list[tuple[float, float]]) -> None:
    there = decompose_product([(str(place), "", "", one, two) for place, (one, two) in enumerate(pairs)])
    back = decompose_product([(str(place), "", "", two, one) for place, (one, two) in enumerate(pairs)])
    for one, two in zip(there, back, strict=True):
        assert one.contribution == pytest.approx(-two.contribution, rel=1e-6, abs=1e-12)
        assert one.ratio == pytest.approx(1 / two.ratio)


def test_bloom_is_cleaner_than_gpt3_by_grid_and_hardware() -> None:
    found = decompose_models("BLOOM", "gpt3")
    assert found.footprints == pytest.approx((29_631, 552_123), rel=1e-3)
    parts = {factor.name: factor for factor in found.factors}
    assert parts["grid"].ratio == pytest.approx(57 / 429)
    assert parts["pue"].ratio == pytest.approx(1.2 / 1.1)
    assert parts["data"].ratio == pytest.approx(366 / 300)
    assert parts["hardware"].ratio == pytest.approx((433_196 / 3.65664e23) / (1_287_000 / 1.1 / 3.14e23), rel=1e-3)
    assert max(parts.values(), key=lambda part: part.share).name == "grid"
    assert not any(factor.assumed for factor in found.factors)
    assert any("24.7 t" in note.message for note in found.notes)
    assert sum(factor.contribution for factor in found.factors) == pytest.approx(29_631 - 552_123, rel=1e-3)


def test_energy_of_llama_is_that_of_its_paper() -> None:
    found = decompose_models("LLaMA-65B", "OPT-175B", "energy")
    assert found.footprints == pytest.approx((449_000, 356_000), rel=0.01)


def test_what_is_assumed_is_marked() -> None:
    found = decompose_models("GPT-4", "BLOOM")
    parts = {factor.name: factor for factor in found.factors}
    assert parts["grid"].assumed == "GPT-4"
    assert parts["hardware"].assumed == "GPT-4"
    assert "assumed" in {note.code for note in found.notes}


@pytest.mark.parametrize(
    ("first", "second", "quantity", "words"),
    [
        ("BLOM", "GPT-3", "carbon", "did you mean"),
        ("gpt3", "GPT-3", "carbon", "the same model"),
        ("BLOOM", "GPT-3", "carbn", "did you mean 'carbon'"),
        ("Cohere Embed", "GPT-3", "carbon", "neither compute, chip-hours nor energy"),
    ],
)
def test_what_cannot_be_decomposed_is_refused(first: str, second: str, quantity: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        decompose_models(first, second, quantity)


def test_the_waterfall_runs_from_one_footprint_to_the_other() -> None:
    found = decompose_models("BLOOM", "GPT-3")
    figure = draw(found, "waterfall")
    assert figure.data[0]["from"] == pytest.approx(found.footprints[1])
    assert figure.data[-1]["to"] == pytest.approx(found.footprints[0])
    assert "552 t" in figure.alt
    assert figure.svg == draw(found, "waterfall").svg


def test_the_command_answers_in_a_sentence_and_in_data(cli: Callable) -> None:
    page = cli("decompose", "BLOOM", "GPT-3", "-f", "md").out
    assert "18.6 times less than the 552 t of GPT-3 175B" in page
    result = json.loads(cli("decompose", "BLOOM", "GPT-3", "--json").out)["result"]
    assert math.prod(row["ratio"] for row in result["rows"]) == pytest.approx(result["ratio"])
    assert cli("decompose", "BLOOM", "nothing at all").code == 2
