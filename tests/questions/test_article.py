import numpy as np
import pytest

from forecast.data.dataset import load_dataset
from forecast.questions.article import _TABLES, examine_article
from forecast.questions.examining import CHECKS
from forecast.questions.examining.claim import article_claims, model_row
from forecast.questions.examining.examined import VERDICTS, Effort
from forecast.questions.examining.pricing import price_since
from forecast.trends.line import fit_line


@pytest.fixture(scope="module")
def article():
    return examine_article()


@pytest.fixture(scope="module")
def found(article):
    return {each.claim.name: each for each in article.examined}


def value(examined, label):
    return next(number.value for number in examined.numbers if number.label.startswith(label))


def test_every_claim_is_examined_and_every_check_is_used(article):
    claims = article_claims()
    assert [each.claim for each in article.examined] == list(claims)
    assert sorted({claim.check for claim in claims}) == CHECKS.names()
    assert {each.verdict for each in article.examined} <= VERDICTS.keys()


def test_every_number_has_a_basis_and_every_interval_a_level_and_a_kind(article):
    for number in (number for each in article.examined for number in each.numbers):
        assert number.basis
        assert np.isfinite(number.value)
        if number.lower is not None:
            assert number.lower < number.value < number.upper
            assert number.level == article.level
            assert number.interval


def test_the_two_sizes_imply_a_growth_between_that_of_typical_and_of_largest_models(found):
    size = found["size"]
    implied = value(size, "growth that the two")
    assert implied == pytest.approx(5000 ** (1 / 5))
    assert value(size, "growth of typical") < implied < value(size, "growth of the frontier")
    models = load_dataset("models").frame
    year = models["published"].dt.year == 2018
    typical = models[
        year & models["notable"] & models["domain"].str.contains("Language") & (models["use"] != "excluded")
    ]
    assert value(size, "median size in 2018") == typical["parameters"].median()


def test_the_stated_cost_follows_from_speed_and_price_of_its_source(found):
    cost = found["cost"]
    assert value(cost, "as the estimate") == pytest.approx(3.14e23 / 28e12 / 3600 * 1.5)
    assert value(cost, "owned, by others") == model_row("GPT-3 175B")["cost_usd"]
    assert cost.verdict == "holds with a qualification"


def test_the_280_tonnes_are_a_search(found):
    search = found["search"]
    assert search.verdict == "told of another thing"
    assert value(search, "Evolved Transformer (architecture search), estimated") == 284_019
    assert value(search, "Evolved Transformer (architecture search), measured") == 3_200
    assert value(search, "stated, in cars") == pytest.approx(4.9, abs=0.05)


def test_the_comparison_splits_into_factors(found):
    comparison = found["comparison"]
    ratio = value(comparison, "GPT-3 175B over BLOOM-176B")
    parts = [number.value for number in comparison.numbers if number.label.startswith("of it, ")]
    assert np.prod(parts) == pytest.approx(ratio)
    # Luccioni et al. 2023 print 25 t with a PUE of 1, and 183 t on the grid of the United States
    assert value(comparison, "BLOOM-176B with the grid") / value(comparison, "BLOOM-176B, counted") == pytest.approx(
        183 / 25, rel=0.05
    )


def test_the_price_of_compute_is_a_regression_that_holds_compute_fixed():
    price = price_since("2018-01-01", Effort(0.9, 4000, 0))
    models = price.models
    assert set(models["cost_usd_status"]) <= {"reported", "derived"}
    middle, lower, upper = price.change()
    assert lower < middle < upper
    assert middle == pytest.approx(10 ** price.link.coefficients[2], rel=0.02)
    years = np.array([2020.0, 2024.0])
    median, low, high = price.at(3.14e23, years)
    assert (low < median).all()
    assert (median < high).all()
    assert (
        fit_line(
            np.array([2020.0, 2022.0, 2024.0]), np.log10(price.at(3.14e23, np.array([2020.0, 2022.0, 2024.0]))[0])
        ).slope
        < 0
    )
    assert median[0] == pytest.approx(10 ** price.link.at(np.array([np.log10(3.14e23)]), years[:1])[0], rel=0.05)


def test_minerals_come_from_making_and_carbon_from_running(found):
    metals = found["metals"]
    minerals, carbon = (number.value for number in metals.numbers if number.label == "of it, making chips and servers")
    assert carbon < 0.5 < minerals


def test_water_and_energy_meet_the_published_ones(found):
    water = found["water"]
    assert value(water, "electricity, PUE included") == pytest.approx(
        value(water, "electricity, by its developer"), rel=0.02
    )
    assert value(water, "water, on site and") == pytest.approx(value(water, "water, by others"), rel=0.25)


def test_no_group_of_researchers_reaches_the_frontier(found):
    divide = found["divide"]
    groups = [n for n in divide.numbers if n.basis.startswith(("research grant", "research project", "compute grant"))]
    assert len(groups) == 5
    assert max(number.value for number in groups) < 1
    then, now = (number.value for number in divide.numbers if "years behind" in number.label)
    assert then < now


def test_what_no_table_holds_is_said_to_be_open(found):
    assert found["labour"].verdict == "cannot be told"
    assert not found["labour"].numbers


def test_another_seed_moves_intervals_and_no_exact_number(found):
    other = {each.claim.name: each for each in examine_article(draws=500, seed=1).examined}
    for name in ("search", "comparison"):
        assert other[name].numbers == found[name].numbers
    assert other["cost"].numbers[2].lower != found["cost"].numbers[2].lower


def test_the_tables_named_exist():
    assert all(load_dataset(name).digest for name in _TABLES)
