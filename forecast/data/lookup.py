"""Figures of the cost tables by chip, place and date, each with its range, source and what to know about it.

A date before the first known figure gets the first, a date after the last gets the last, and the note says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forecast.data.catalog import Row, find_chip, find_zone, places_of, refuse, rows_of
from forecast.data.looked import Looked, around, nearest, range_of, remarks
from forecast.errors import UsageError

__all__ = [
    "Looked", "Row", "electricity_price", "find_chip", "find_zone", "grid_intensity", "minerals_for", "pue_for", "range_of",
    "rental_price", "water_for", "wue_for",
]  # fmt: skip

#: Offers within half a year of a date are of that date.
WINDOW = dt.timedelta(days=183)
_COMMITMENTS = ("on_demand", "1y", "3y", "spot")
_FEW = 5


def grid_intensity(zone: str, date: dt.date, *, boundary: str | None = None) -> Looked:
    """Return the carbon intensity of electricity.

    Parameters
    ----------
    zone : str
        A place; where it has no figure, its country stands in, else the world.
    date : datetime.date
        When the electricity is used.
    boundary : {"lifecycle", "direct"}, optional
        Take only figures with this boundary.

    Raises
    ------
    UsageError
        When the place is unknown.

    Examples
    --------
    >>> grid_intensity("FRA", dt.date(2020, 6, 1)).value
    59.08
    >>> grid_intensity("us-east-1", dt.date(2020, 6, 1)).note
    'no figure for us-east-1, United States stands in'
    """
    if boundary not in (None, "lifecycle", "direct"):
        message = f"unknown boundary {boundary!r}"
        raise UsageError(message, hint="write lifecycle or direct")
    places = places_of(zone)
    rows = [row for row in rows_of("grids") if boundary in (None, row["boundary"])]
    kept, remark = nearest([[row for row in rows if row["zone"] == place["zone"]] for place in places], date)
    row = kept[0]
    return Looked(
        row["g_per_kwh"], row["low"], row["high"], "g/kWh", row["source"],
        remarks(_instead(places[0], find_zone(row["zone"])), remark, row["note"]),
        f"{row['boundary']}, {row['basis']}-based, {row['method']}",
    )  # fmt: skip


def _instead(asked: Row, found: Row) -> str:
    if asked["zone"] == found["zone"]:
        return ""
    name = asked["zone"] if asked["zone_kind"] in ("cloud_region", "state") else asked["zone_name"]
    return f"no figure for {name}, {found['zone_name']} stands in"


def water_for(zone: str) -> Looked:
    """Return the water consumed in generating a kWh (off-site water).

    Examples
    --------
    >>> water_for("US-TX").value, water_for("FRA").value
    (1.287, 3.6737)
    """
    place, row = _water(zone)
    low, high = row["offsite_low"], row["offsite_high"]
    if low is None:
        spread = range_of("ewif_spread", "fallback" if row["fallback"] else "all")
        low, high = around(row["offsite_l_per_kwh"], spread)
    note = remarks(_instead(find_zone(zone), place), row["note"])
    return Looked(row["offsite_l_per_kwh"], low, high, "L/kWh", row["source"], note, "consumption, off site")


def minerals_for(zone: str) -> Looked | None:
    """Return the abiotic depletion of a kWh in kg of antimony equivalent; ``None`` where no source has it.

    Examples
    --------
    >>> minerals_for("FRA").value
    4.858e-08
    """
    for place in places_of(zone):
        for row in rows_of("water"):
            if row["zone"] == place["zone"] and row["adpe_kg_sb_per_kwh"] is not None:
                note = _instead(find_zone(zone), place)
                return Looked(row["adpe_kg_sb_per_kwh"], None, None, "kg/kWh", row["source"], note, "ADPe, Sb eq")
    return None


def _water(zone: str) -> tuple[Row, Row]:
    by_zone = {row["zone"]: row for row in rows_of("water")}
    place = next(place for place in places_of(zone) if place["zone"] in by_zone)
    return place, by_zone[place["zone"]]


def electricity_price(country: str, date: dt.date) -> Looked:
    """Return the price of electricity for industry; where a country has none, that of the United States stands in.

    Examples
    --------
    >>> electricity_price("USA", dt.date(2020, 6, 1)).value
    0.0667
    """
    place = find_zone(country)
    asked = find_zone(place["country_iso3"]) if place["country_iso3"] else place
    own, other = (
        [row for row in rows_of("electricity_prices") if row["country_iso3"] == c] for c in (asked["zone"], "USA")
    )
    kept, remark = nearest([own or other], date)
    row = kept[0]
    low, high = row["low"], row["high"]
    if low is None:
        low, high = around(row["usd_per_kwh"], range_of("electricity_price_spread", "all" if own else "fallback"))
    instead = _instead(asked, find_zone(row["country_iso3"]))
    return Looked(
        row["usd_per_kwh"], low, high, "USD/kWh", row["source"], remarks(instead, remark, row["note"]), "industry"
    )


def rental_price(
    chip: str, date: dt.date, commitment: str = "on_demand", provider_kind: str | None = None
) -> Looked | None:
    """Return what a chip-hour costs to rent: the median of the offers of about that date, and their 5-95 % spread.

    Parameters
    ----------
    chip : str
        The chip; where it has no offer, chips of its family stand in.
    date : datetime.date
        When it is rented: offers within half a year, else the nearest earlier ones, else the first.
    commitment : {"on_demand", "1y", "3y", "spot"}
        A reserved price of which fewer than five offers are known is derived from the one on demand.
    provider_kind : {"hyperscaler", "neocloud", "marketplace", "index"}, optional
        Only these providers.

    Returns
    -------
    Looked or None
        ``None`` where no offer is known.

    Raises
    ------
    UsageError
        When the chip, the commitment or the kind is unknown.

    Examples
    --------
    >>> rental_price("V100", dt.date(2020, 7, 1)).value
    3.06
    """
    if commitment not in _COMMITMENTS:
        message = f"unknown commitment {commitment!r}"
        raise UsageError(message, hint=f"known: {', '.join(_COMMITMENTS)}")
    kinds = sorted({row["provider_kind"] for row in rows_of("prices")})
    if provider_kind not in (None, *kinds):
        message = f"unknown kind of provider {provider_kind!r}"
        raise UsageError(message, hint=f"known: {', '.join(kinds)}")
    asked = find_chip(chip)
    offers = [row for row in rows_of("prices") if provider_kind in (None, row["provider_kind"])]
    own = [row for row in offers if row["accelerator"] == asked["accelerator"]]
    family = {row["accelerator"] for row in rows_of("hardware") if row["family"] == asked["family"]}
    kin = [row for row in offers if row["accelerator"] in family]
    for rows, remark in ((own, ""), (kin, f"other chips of the family {asked['family']}")):
        wanted = [row for row in rows if row["commitment"] == commitment]
        reserved = commitment in ("1y", "3y")
        on_demand = [row for row in rows if row["commitment"] == "on_demand" and reserved]
        # One old reserved price can exceed what the market asks on demand today: then the discount is the better guide.
        if on_demand and _near(wanted, date).sum() < _FEW:
            return _discounted(_median(on_demand, date, remark, provider_kind), commitment)
        if wanted:
            return _median(wanted, date, remark, provider_kind)
    return None


def _near(rows: Sequence[Row], date: dt.date) -> NDArray[np.bool_]:
    dates = np.array([row["date"].to_datetime64() for row in rows], dtype="datetime64[ns]")
    return np.asarray(np.abs(dates - np.datetime64(date)) <= np.timedelta64(WINDOW))


def _median(rows: Sequence[Row], date: dt.date, remark: str, kind: str | None) -> Looked:
    dates = np.array([row["date"].to_datetime64() for row in rows])
    centre, window = np.datetime64(date), np.timedelta64(WINDOW)
    near = _near(rows, date)
    if not near.any():
        earlier = dates[dates < centre]
        anchor = earlier.max() if earlier.size else dates.min()
        near = (dates <= anchor) & (dates >= anchor - window)
        remark = remarks(remark, f"the last known before {date}" if earlier.size else f"the first known, after {date}")
    kept = [row for row, inside in zip(rows, near, strict=True) if inside]
    prices = np.array([row["usd_per_chip_hour"] for row in kept])
    value = float(np.median(prices))
    if len(kept) < _FEW:
        low, high = around(value, range_of("price_spread", *([kind] if kind else [])))
        low, high = min(low, prices.min()), max(high, prices.max())
    else:
        low, high = np.quantile(prices, [0.05, 0.95])
    first, last = (np.datetime_as_string(end, "D") for end in (dates[near].min(), dates[near].max()))
    span = first if first == last else f"{first} to {last}"
    count = f"{len(kept)} offer{'s' if len(kept) > 1 else ''} of {span}"
    sources = list(dict.fromkeys(row["source"] for row in kept))
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return Looked(value, float(low), float(high), "USD/h", sources[0] + more, remarks(count, remark), "rental")


def _discounted(price: Looked, commitment: str) -> Looked:
    off = range_of(f"discount_{commitment}")
    note = remarks(price.note, f"on demand less {off.value:.0%}, the discount for {commitment}")
    low, high = (price.low or 0.0) * (1 - (off.high or 0.0)), (price.high or 0.0) * (1 - (off.low or 0.0))
    return Looked(price.value * (1 - off.value), low, high, "USD/h", f"{price.source}; {off.source}", note, "rental")


_PROVIDERS = {
    "aws": "Amazon Web Services", "amazon": "Amazon Web Services", "google": "Google Cloud", "gcp": "Google Cloud",
    "azure": "Microsoft Azure", "microsoft": "Microsoft Azure", "facebook": "Meta", "oracle": "Oracle Cloud",
    "world": "world average",
}  # fmt: skip


def pue_for(provider: str | None, date: dt.date) -> Looked:
    """Return the power usage effectiveness of a provider, a cloud region or a kind of data centre.

    Parameters
    ----------
    provider : str or None
        A provider such as ``"Google"``, the id of a cloud region, ``"hyperscale"``, ``"other"``, or ``None`` for the
        average of the world.
    date : datetime.date
        When.

    Raises
    ------
    UsageError
        When the table does not have it, with the nearest names.

    Examples
    --------
    >>> pue_for("hyperscale", dt.date(2024, 1, 1)).value, pue_for(None, dt.date(2020, 1, 1)).value
    (1.1, 1.59)
    """
    found = _datacenter(provider or "world average", date, "pue", "pue", "")
    assert found is not None
    return found


def wue_for(provider: str, date: dt.date) -> Looked | None:
    """Return the water used on site per kWh of computing, as :func:`pue_for`; ``None`` where it is not known.

    Examples
    --------
    >>> wue_for("hyperscale", dt.date(2024, 1, 1)).value
    0.3
    """
    return _datacenter(provider, date, "wue_onsite_l_per_kwh", "wue", "L/kWh")


def _datacenter(name: str, date: dt.date, column: str, stem: str, unit: str) -> Looked | None:
    names = _stand_ins(name)
    for choice in names:
        rows = [row for row in _sites(choice) if row[column] is not None]
        if rows:
            break
    else:
        return None
    instead = "" if choice == names[0] else f"no figure for {name}, {choice} stands in"
    if rows[0]["scope"] == "default":
        kept, remark = rows, instead
    else:
        fleet = [row for row in rows if row["scope"] in ("survey mean", "fleet")]
        kept, dated = nearest([fleet, [row for row in rows if row not in fleet]], date)
        count = f"median of {len(kept)} figures" if len(kept) > 1 else ""
        remark = remarks(instead, count, dated)
    values = np.array([row[column] for row in kept])
    low, high = kept[0][f"{stem}_low"], kept[0][f"{stem}_high"]
    if len(kept) >= _FEW:
        low, high = (float(end) for end in np.quantile(values, [0.05, 0.95]))
    source, note = kept[0]["source"], remarks(remark, kept[0]["note"] if len(kept) == 1 else "")
    return Looked(float(np.median(values)), low, high, unit, source, note, kept[0]["scope"])


def _sites(name: str) -> list[Row]:
    folded = name.casefold()
    if not folded:
        return []
    return [row for row in rows_of("datacenters") if folded in (row["provider"].casefold(), row["region"].casefold())]


def _stand_ins(name: str) -> list[str]:
    """Return a provider or region, its provider, and the kind of data centre it is."""
    wanted = _PROVIDERS.get(name.strip().casefold(), name.strip())
    regions = {row["zone"]: row["provider"] for row in rows_of("zones") if row["zone_kind"] == "cloud_region"}
    sellers = {row["provider"].casefold(): row["provider_kind"] for row in rows_of("prices")}
    provider = regions.get(wanted.casefold(), wanted)
    kind = sellers.get(provider.casefold())
    if not _sites(wanted) and provider == wanted and kind is None:
        centres = {row[key] for row in rows_of("datacenters") for key in ("provider", "region") if row[key]}
        sellers_too = centres | regions.keys() | {row["provider"] for row in rows_of("prices")}
        refuse("data centre", name, sellers_too, "datacenters")
    default = "hyperscale" if kind == "hyperscaler" else "other"
    return list(dict.fromkeys((wanted, provider, default)))
