"""Conventions of counting: PUE, idle nodes, embodied carbon, contracts, water on and off site, active parameters, peaks, prices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from forecast.data.catalog import rows_of
from forecast.data.looked import range_of
from forecast.data.lookup import grid_intensity
from forecast.errors import UsageError
from forecast.questions.auditing.case import CONVENTION, ERROR, PHYSICAL, RANGE, SCOPE, SLIP, TABLE, Case, Explanation
from forecast.questions.auditing.claims import Claim
from forecast.questions.auditing.known import boundary_of, year_of
from forecast.units import format_quantity


def _pue(case: Case) -> Iterator[Explanation]:
    if case.kind not in PHYSICAL:
        return
    applied = "pue" in case.implied.applied
    pue = case.facts.get("pue")
    if pue is not None and pue > 1:
        if applied or case.reference is not None or not boundary_of(case.claim):
            yield Explanation(
                "pue-left-out", CONVENTION, 1 / pue, 1 / pue, f"the PUE of {pue:g} is left out: × {1 / pue:.3f}"
            )
        if case.kind == "water" and boundary_of(case.claim) == "facility" and case.implied.applied & {"wue", "ewif"}:
            why = f"computed on energy that contains PUE already, as if it were energy of the computers: PUE counted twice, × {pue:g}"
            yield Explanation("pue-counted-twice", ERROR, pue, pue, why)
        elif case.implied.target != "water_onsite_l":
            name, verdict = ("pue-counted-twice", ERROR) if applied else ("pue-included", CONVENTION)
            words = "PUE is counted twice" if applied else "PUE is included"
            yield Explanation(name, verdict, pue, pue, f"{words}, × {pue:g}")
        if "wue" in case.implied.applied and boundary_of(case.claim) != "facility":
            yield from _wet_pue(case, pue)
        return
    hyper, other = range_of("pue", "hyperscale"), range_of("pue", "other")
    ratio = case.stated.value / case.implied.value
    usual = f"usual ones are {hyper.low:g} to {hyper.high:g} in large data centres, up to {other.high:g} elsewhere"
    why = f"a PUE of {max(ratio, 1 / ratio):.2f}, which is not stated, would make the difference ({usual})"
    for low, high, tier in ((hyper.low or 1.0, hyper.high or 1.0, TABLE), (hyper.low or 1.0, other.high or 1.0, RANGE)):
        yield Explanation("pue-included", CONVENTION, low, high, f"PUE included: {why}", tier)
        if applied or case.reference is not None:
            yield Explanation("pue-left-out", CONVENTION, 1 / high, 1 / low, f"PUE left out: {why}", tier)


def _wet_pue(case: Case, pue: float) -> Iterator[Explanation]:
    site, plant = case.facts.get("wue_onsite_l_per_kwh", 0.0), case.facts.get("ewif_l_per_kwh", 0.0)
    if not site:
        return
    factor = pue if case.implied.target == "water_onsite_l" else pue * (site + plant) / (site + pue * plant)
    yield Explanation(
        "pue-on-site-water",
        ERROR,
        factor,
        factor,
        f"water on site is multiplied by the PUE of {pue:g}, although WUE is per kWh of computing: × {factor:.3f}",
    )
    if case.implied.target == "water_l" and "ewif" in case.implied.applied:
        dry = (site + plant) / (site + pue * plant)
        yield Explanation(
            "pue-off-site-water", ERROR, dry, dry, f"water off site leaves out the PUE of {pue:g}: × {dry:.3f}"
        )


def _grid(case: Case) -> Iterator[Explanation]:
    if case.kind != "carbon":
        return
    own, other = _intensity(case.claim), None if case.reference is None else _intensity(case.reference)
    if own and other:
        factor = own[0] / other[0]
        yield Explanation(
            "grid",
            SCOPE,
            factor,
            factor,
            f"another grid: {own[0]:g} g/kWh ({own[1]}) instead of {other[0]:g} ({other[1]}), × {factor:.3g}",
        )


def _intensity(claim: Claim) -> tuple[float, str] | None:
    if "carbon_intensity_g_per_kwh" in claim.stated:
        return claim.stated["carbon_intensity_g_per_kwh"].value, "stated"
    region, year = claim.fact("region"), year_of(claim)
    if not region or year is None:
        return None
    try:
        return grid_intensity(region, dt.date(year, 7, 1)).value, f"{region}, {year}"
    except UsageError:
        return None


def _other_year(case: Case) -> Iterator[Explanation]:
    region = case.claim.fact("region") or (case.reference.fact("region") if case.reference else "")
    intensity = case.facts.get("carbon_intensity_g_per_kwh")
    if case.kind not in ("carbon", "intensity") or not intensity:
        return
    base = case.implied.value if case.kind == "intensity" else intensity
    for row in rows_of("grids"):
        if row["zone"] == region:
            factor = row["g_per_kwh"] / base
            yield Explanation(
                "other-grid-year",
                CONVENTION,
                factor * 0.99,
                factor * 1.01,
                f"the grid of {row['zone_name']} in {row['year']} ({row['g_per_kwh']:.0f} g/kWh): × {factor:.3f}",
                TABLE,
            )
    usual = range_of("grid_intensity_marginal")
    yield Explanation(
        "marginal",
        CONVENTION,
        usual.low or 1,
        usual.high or 1,
        f"a marginal instead of an average intensity ({usual.low:g} to {usual.high:g} times)",
        RANGE,
    )


def _carbon_parts(case: Case) -> Iterator[Explanation]:
    if case.kind != "carbon":
        return
    facts = case.facts
    base = facts.get("carbon_operational_kg")
    idle, made = facts.get("carbon_idle_kg", 0.0), facts.get("carbon_embodied_kg", 0.0)
    if base and (case.reference is not None or "sum" in case.implied.applied):
        for parts, value in (
            ("idle nodes", base + idle), ("embodied carbon", base + made), ("idle nodes and embodied carbon", base + idle + made), ("", base),
        ):  # fmt: skip
            words = f"{parts} included" if parts else "operation alone, without idle nodes and embodied carbon"
            name = (
                f"{parts.replace(' nodes', '').replace(' carbon', '').replace(' and ', '-')}-included"
                if parts
                else "operation-alone"
            )
            factor = value / case.implied.value
            yield Explanation(name, SCOPE, factor, factor, f"{words}: × {factor:.3f}")
        pue = facts.get("pue", 1.0)
        if pue > 1 and case.reference is not None:
            for parts, value, verdict in (
                ("idle nodes", base * pue + idle, ERROR), ("idle nodes and embodied carbon", base * pue + idle + made, ERROR),
                ("embodied carbon", base * pue + made, SCOPE),
            ):  # fmt: skip
                factor = value / case.implied.value
                twice = " (overhead counted twice)" if verdict == ERROR else ""
                why = f"PUE of {pue:g} on the operational part, and {parts} added: × {factor:.3f}{twice}"
                yield Explanation(f"pue-and-{parts.split()[0]}-included", verdict, factor, factor, why)
    market = facts.get("carbon_market_kg")
    if base and market and case.reference is not None:
        yield Explanation(
            "market-based",
            CONVENTION,
            market / base,
            market / base,
            f"market-based, after contracts for clean power: × {market / base:.3f}",
        )


def _water_parts(case: Case) -> Iterator[Explanation]:
    if case.implied.target != "water_l":
        return
    facts = case.facts
    parts = {name: facts.get(f"water_{name}_l") for name in ("onsite", "offsite")}
    site, plant, pue = facts.get("wue_onsite_l_per_kwh"), facts.get("ewif_l_per_kwh"), facts.get("pue", 1.0)
    for name, words in (
        ("onsite", "only the water evaporated on site"),
        ("offsite", "only the water of the power plants"),
    ):
        part = parts[name]
        if part:
            share = part / case.implied.value
        elif site and plant:
            share = (site if name == "onsite" else pue * plant) / (site + pue * plant)
        else:
            continue
        left = "power plants are" if name == "onsite" else "cooling on site is"
        yield Explanation(f"{name[:-4]}-site-only", SCOPE, share, share, f"{words}: {left} left out, × {share:.3f}")


def _size(case: Case) -> Iterator[Explanation]:
    if case.kind not in ("compute", "parameters"):
        return
    total, active = case.facts.get("parameters"), case.facts.get("active_parameters")
    if total and active and total > active:
        yield Explanation(
            "total-parameters",
            ERROR,
            total / active,
            total / active,
            f"all {format_quantity(total, digits=3)} parameters instead of the {format_quantity(active, digits=3)} that a token passes through: × {total / active:.3g}",
        )
        if "6ND" not in case.implied.applied:
            yield Explanation(
                "active-parameters",
                CONVENTION,
                active / total,
                active / total,
                f"active parameters instead of all: × {active / total:.3g}",
            )
    if "6ND" in case.implied.applied:
        yield Explanation(
            "forward-only",
            CONVENTION,
            1 / 3,
            1 / 3,
            "2 FLOP per parameter and token, the forward pass alone, instead of 6",
            SLIP,
        )
        yield Explanation(
            "recomputation",
            CONVENTION,
            13 / 12,
            4 / 3,
            "activations computed again in the backward pass: up to 8 FLOP per parameter and token instead of 6",
            TABLE,
        )
    if case.kind == "compute":
        yield Explanation(
            "multiply-add", CONVENTION, 0.5, 0.5, "a multiplication with its addition counted as one operation", SLIP
        )
        yield Explanation(
            "multiply-add-double",
            CONVENTION,
            2,
            2,
            "operations counted twice: the figure was taken for multiply-adds",
            SLIP,
        )


def _peak(case: Case) -> Iterator[Explanation]:
    row, inverse = case.chip, case.kind == "utilization"
    if row is None or ("peak" not in case.implied.applied and case.kind not in ("hours", "energy", "cost")):
        return
    dense = row["peak_fp16_flop_per_s"]
    for column, name, words, verdict in (
        (
            "sparse_fp16_flop_per_s",
            "sparse-peak",
            "the peak with structured sparsity is taken for the dense one",
            ERROR,
        ),
        ("peak_fp8_flop_per_s", "fp8-peak", "against the peak of FP8 instead of 16 bits", CONVENTION),
        ("peak_fp32_flop_per_s", "fp32-peak", "against the peak of FP32 instead of 16 bits", CONVENTION),
        ("peak_tf32_flop_per_s", "tf32-peak", "against the peak of TF32 instead of 16 bits", CONVENTION),
    ):
        other = row[column]
        if dense and other and other != dense and "peak" in case.implied.applied:
            factor = dense / other if inverse else other / dense
            yield Explanation(
                name,
                verdict,
                factor,
                factor,
                f"{words} ({format_quantity(other, 'FLOP/s', digits=3)} against {format_quantity(dense, 'FLOP/s', digits=3)}): × {factor:.3g}",
            )


def _price(case: Case) -> Iterator[Explanation]:
    if case.kind != "cost":
        return
    for years in ("1y", "3y"):
        off = range_of(f"discount_{years}")
        yield Explanation(
            f"discount-{years}",
            CONVENTION,
            1 - (off.high or 0),
            1 - (off.low or 0),
            f"a price reserved for {years[0]} year{'s' if years == '3y' else ''}, {off.low:.0%} to {off.high:.0%} below the one on demand",
            RANGE,
        )
    owned = 1 / range_of("cloud_over_amortised").value
    yield Explanation(
        "owned",
        CONVENTION,
        owned / 2,
        owned * 1.4,
        "hardware owned and written off instead of rented, about half of rental on average",
        RANGE,
    )


def _server(case: Case) -> Iterator[Explanation]:
    if "rated power" not in case.implied.applied:
        return
    row = case.chip
    kind = row["kind"] if row is not None else "GPU"
    factor = (row["server_factor"] if row is not None else None) or range_of(
        "server_factor", "GPU" if kind == "GPU" else "TPU"
    ).value
    load = range_of("load_factor", "GPU" if kind == "GPU" else "TPU")
    yield Explanation(
        "server-power",
        CONVENTION,
        factor * (load.low or 1),
        factor * (load.high or 1),
        f"power of the server at its average load ({factor:.2f} × {load.low:g} to {load.high:g} of the chip's rating) instead of the chip's rated power",
        RANGE,
    )
    if kind == "GPU":
        chip = range_of("chip_load", "GPU")
        yield Explanation(
            "chip-load",
            CONVENTION,
            chip.low or 1,
            chip.high or 1,
            f"measured instead of rated power of the chip ({chip.low:g} to {chip.high:g} times)",
            RANGE,
        )


def _development(case: Case) -> Iterator[Explanation]:
    if case.kind in (*PHYSICAL, "cost", "hours") and "sum" not in case.implied.applied:
        factor = range_of("development_factor")
        yield Explanation(
            "development",
            SCOPE,
            factor.low or 1,
            factor.high or 1,
            f"a whole development instead of the final run ({factor.low:g} to {factor.high:g} times)",
            RANGE,
        )


CONVENTIONS: tuple[Callable[[Case], Iterator[Explanation]], ...] = (
    _pue, _grid, _carbon_parts, _water_parts, _size, _peak, _price, _other_year, _server, _development,
)  # fmt: skip
