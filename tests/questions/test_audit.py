from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.data.dataset import load_dataset
from forecast.data.table import Table
from forecast.errors import DataError, UsageError
from forecast.questions.audit import audit_claims
from forecast.questions.auditing.claims import bundled_claims, read_claims, read_figure
from forecast.questions.auditing.findings import VERDICTS, Audit, Finding
from forecast.questions.auditing.hidden import simplest


def audited(**columns: object) -> list[Finding]:
    return list(audit_claims(table(**columns)).findings)


def table(**columns: object) -> Table:
    return Table(pd.DataFrame([{"model": "mine", **columns}], dtype=object), "claims", "")


@pytest.fixture(scope="module")
def published() -> Audit:
    return audit_claims()


def finding(audit: Audit, model: str, quantity: str, verdict: str) -> Finding:
    found = [e for e in audit.findings if (e.model, e.quantity, e.verdict) == (model, quantity, verdict)]
    assert found, [(e.quantity, e.check, e.verdict) for e in audit.findings if e.model == model]
    return found[0]


@pytest.mark.parametrize(
    ("model", "quantity", "verdict", "convention", "words"),
    [
        ("Llama 3.3 70B", "carbon_operational_kg", "error", "impossible-rate", "2.63 g per kWh"),
        ("OLMo 2 13B", "carbon_operational_kg", "disagrees", "hidden-factor", "factor of 1.25"),
        ("OLMo 2 13B", "water_l", "disagrees", "hidden-factor", "factor of 1.25"),
        ("GPT-3 175B", "carbon_operational_kg", "convention", "pue-left-out", "PUE of 1.1"),
        ("Gopher", "carbon_operational_kg", "convention", "pue-left-out", "PUE of 1.08"),
        ("Transformer (213M parameters)", "carbon_operational_kg", "scope", "architecture-search", "architecture search"),
        ("GPT-3 175B", "water_l", "scope", "on-site-only", "power plants are left out"),
        ("GPT-3 175B", "water_l", "error", "pue-counted-twice", "contains PUE already"),
        ("Mistral Large 2", "carbon_kg", "scope", "other-scope", "18 months of use"),
        ("LLaMA-7B", "energy_kwh", "error", "cell-of-another-model", "OPT-175B"),
        ("OLMo 2 13B", "energy_kwh", "error", "cell-of-another-model", "OLMo 2 7B"),
        ("FLM-101B", "energy_kwh", "error", "power-of-ten", "10^3"),
        ("BLOOM-176B", "carbon_operational_kg", "scope", "pue-included and grid", "385 g/kWh"),
    ],
)  # fmt: skip
def test_known_finds_come_out_of_the_published_claims(
    published: Audit, model: str, quantity: str, verdict: str, convention: str, words: str
) -> None:
    found = finding(published, model, quantity, verdict)
    assert found.convention == convention
    assert words in found.why


def test_most_published_figures_agree_and_none_is_without_a_reason(published: Audit) -> None:
    counts = published.counts()
    assert counts["agrees"] > 0.8 * len(published.findings)
    assert set(counts) == set(VERDICTS)
    assert all(each.why for each in published.findings if each.verdict != "agrees")


def test_no_rule_knows_a_name(published: Audit) -> None:
    """The same finds come out when models are called something else: the rules are general."""
    frame = load_dataset("footprints").path
    text = pd.read_csv(frame, dtype=str, keep_default_na=False)
    names = {
        name: f"system {place}"
        for place, name in enumerate(dict.fromkeys([*text["model"], *text["run"], *text["part_of"]]))
        if name
    }
    for column in ("model", "run", "part_of"):
        text[column] = text[column].map(lambda name: names.get(name, ""))
    renamed = audit_claims(Table(text, "renamed", ""))
    before, after = (
        {(e.row, e.quantity) for e in each.findings if e.verdict != "agrees"} for each in (published, renamed)
    )
    assert before <= after


@settings(max_examples=60, deadline=None)
@given(
    hours=st.floats(1e3, 1e8), watts=st.integers(100, 1000), pue=st.floats(1.06, 1.9), grid=st.floats(30, 900),
    digits=st.integers(3, 6),
)  # fmt: skip
def test_consistent_claims_agree_however_they_are_rounded(
    hours: float, watts: int, pue: float, grid: float, digits: int
) -> None:
    energy = hours * watts * pue / 1000
    found = audited(
        chip_hours=f"{hours:.{digits}g}", chip_power_w=watts, pue=f"{pue:.3f}", energy_kwh=f"{energy:.{digits - 1}e}",
        carbon_intensity_g_per_kwh=f"{grid:.1f}", carbon_kg=f"{energy * grid / 1000:.{digits - 1}e}",
    )  # fmt: skip
    assert [each.verdict for each in found if each.check != "against"] == ["agrees", "agrees"]


@settings(max_examples=40, deadline=None)
@given(power=st.sampled_from([-9, -6, -3, -1, 1, 2, 3, 6]), energy=st.floats(1e4, 1e8))
def test_a_planted_power_of_ten_is_found(power: int, energy: float) -> None:
    found = audited(
        energy_kwh=f"{energy:.5e}", carbon_intensity_g_per_kwh="371.3", carbon_kg=f"{energy * 0.3713 * 10.0**power:.5e}"
    )
    assert [(each.verdict, each.convention) for each in found] == [("error", "power-of-ten")]


@pytest.mark.parametrize(
    ("columns", "quantity", "convention"),
    [
        ({"energy_mwh": "1000", "pue": "1.25", "energy_boundary": "IT", "intensity": "400", "carbon_t": "400"}, "carbon_kg", "pue-left-out"),
        ({"energy_mwh": "1000", "pue": "1.25", "energy_boundary": "facility", "intensity": "400", "carbon_t": "500"}, "carbon_kg", "pue-counted-twice"),
        ({"energy_mwh": "1234", "energy_boundary": "IT", "pue": "1.2", "wue": "1.8", "ewif": "3.1", "water": "7.256ML"}, "water_l", "pue-on-site-water"),
        ({"energy_mwh": "123.4", "intensity": "400", "carbon": "108,820 kg"}, "carbon_kg", "pounds-as-kilograms"),
        ({"energy_mwh": "123.4", "intensity": "0.429", "carbon": "52,940 kg"}, "carbon_kg", "kilograms-per-kwh"),
        ({"chips": "512", "hours": "10d", "gpu_hours": "15360"}, "chip_hours", "per-server"),
        ({"chip": "A100", "chips": "512", "hours": "101", "power": "400", "energy": "40.4 kWh"}, "energy_kwh", "one-chip"),
        ({"mfu": "72"}, "utilization", "percent-as-fraction"),
        ({"mfu": "41.2", "achieved_tflops": "128.5", "chip": "A100"}, "utilization", "percent-as-fraction"),
        ({"pue": "0.9", "energy": "1GWh"}, "pue", "impossible-value"),
        ({"params": "7B", "tokens": "2T", "compute": "2.8e22"}, "compute_flop", "forward-only"),
        ({"carbon_operational_kg": "24690", "carbon_idle_kg": "14600", "carbon_embodied_kg": "11200", "carbon_kg": "39290"}, "carbon_kg", "idle-included"),
        ({"energy_mwh": "700", "chip_hours": "1e6", "chip_power": "700", "carbon": "0"}, "carbon_kg", "counted-as-zero"),
        ({"region": "FRA", "year": "2024", "intensity": "385"}, "carbon_intensity_g_per_kwh", ""),
    ],
)  # fmt: skip
def test_named_traps_are_found_in_claims_about_unknown_models(
    columns: dict[str, str], quantity: str, convention: str
) -> None:
    found = [each for each in audited(**columns) if each.quantity == quantity and each.verdict != "agrees"]
    assert [each.convention for each in found] == [convention]


def test_a_family_is_compared_with_the_sum_of_its_members() -> None:
    frame = pd.DataFrame(
        [{"model": "a", "part_of": "ab", "carbon_t": "100.2"}, {"model": "b", "part_of": "ab", "carbon_t": "200.1"},
         {"model": "ab", "part_of": "", "carbon_t": "300.3"}]
    )  # fmt: skip
    (found,) = audit_claims(Table(frame, "claims", "")).findings
    assert (found.check, found.verdict) == ("sum of its 2 parts", "agrees")
    frame.loc[2, "carbon_t"] = "350.0"
    (found,) = audit_claims(Table(frame, "claims", "")).findings
    assert found.verdict == "disagrees"


@pytest.mark.parametrize(
    ("text", "name", "unit", "value", "low", "high"),
    [
        ("552.1", "carbon_kg", "t", 552_100, 552_050, 552_150),
        ("700,000", "water_l", "", 7e5, 6.95e5, 7.05e5),
        ("1287 MWh", "energy_kwh", "", 1_287_000, 1_286_500, 1_287_500),
        ("1.1", "pue", "", 1.1, 1.095, 1.105),
        ("7.0e6", "chip_hours", "", 7e6, 6.95e6, 7.05e6),
        ("45%", "utilization", "", 0.45, 0.445, 0.455),
        ("~2", "carbon_kg", "t", 2000, 1500, 2500),
        ("400", "chip_power_w", "", 400, 400, 400),
    ],
)
def test_figures_keep_their_digits(text: str, name: str, unit: str, value: float, low: float, high: float) -> None:
    figure = read_figure(text, name, unit)
    assert (figure.value, figure.low, figure.high) == pytest.approx((value, low, high))


def test_headings_may_name_units_and_unknown_ones_are_told() -> None:
    claims = read_claims(table(**{"Energy (MWh)": "1.2", "tCO2e": "3", "GPU hours": "4e3", "enrgy": "1"}))
    stated = claims.rows[0].stated
    assert {name: each.value for name, each in stated.items()} == {
        "energy_kwh": 1200,
        "carbon_kg": 3000,
        "chip_hours": 4000,
    }
    assert "did you mean" in claims.notes[0].message


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"energy": "abc"}, "row 0, column 'energy': 'abc'"),
        ({"energy": "-5"}, "greater than 0"),
        ({"energy": "inf"}, "not a number"),
        ({"enrgy": "1"}, "did you mean 'energy'"),
        ({"water_ml": "1"}, "millilitres or megalitres"),
        ({"energy_mwh": "1", "energy_kwh": "1"}, "both mean energy_kwh"),
    ],
)
def test_bad_input_is_refused_with_its_place(columns: dict[str, str], words: str) -> None:
    frame = pd.DataFrame([{"model": "mine", **columns}])
    with pytest.raises(DataError) as caught:
        audit_claims(Table(frame, "claims", "", first_row=0))
    assert words in caught.value.message


def test_an_unknown_model_gets_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean"):
        audit_claims(models=["GPT-33"])


def test_the_simplest_factor() -> None:
    assert simplest(1.2456, 1.2565) == 1.25
    assert simplest(1.9, 2.1) == 2
    assert simplest(1.1013, 1.1018) is None


def test_rows_of_the_table_have_sources_and_known_chips() -> None:
    for claim in bundled_claims().rows:
        assert claim.fact("source")
        assert replace(claim).model
