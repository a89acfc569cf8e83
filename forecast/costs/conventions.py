"""What a number includes: the conventions that make two published figures for one run differ by a factor of ten.

A :class:`Convention` travels with every quantity, is printed with it, and says what stands in the way of comparing two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal

from forecast.costs.graph import Resolution
from forecast.errors import UsageError

#: Names of what each field means, for sentences.
_TITLES = {
    "pue": "overhead of the building (PUE)",
    "idle": "idle nodes",
    "embodied": "embodied carbon",
    "development": "whole development",
    "use": "use phase",
    "power": "basis of the power",
    "water": "part of the water",
    "accounting": "accounting of the electricity",
    "boundary": "boundary of the grid's emissions",
    "cost": "kind of cost",
    "staff": "staff",
    "dollars": "dollars",
}


@dataclass(frozen=True)
class Convention:
    """What a number includes and on which basis; ``None`` where it does not matter for the quantity.

    Parameters
    ----------
    pue : {"included", "excluded", "as given"}
        Whether energy counts the building's overhead.
    idle, development, use, staff : bool
        Whether idle nodes, experiments and failed runs, the use phase, or people are counted.
    embodied : {"none", "chips", "chips and servers"}
        Whose manufacture is counted.
    power : {"rated chip", "server at load", "measured", "as given"}
        What the power of a chip is taken to be.
    water : {"on site", "off site", "on and off site"}
        Which water.
    accounting : {"location", "market"}
        Grid average or contracts.
    boundary : {"lifecycle", "direct", "as given"}
        Whether the grid's emissions include building and fuelling the plants.
    cost : {"rental", "ownership", "acquisition", "as given"}
        Which money.
    dollars : str
        ``"nominal 2026"`` or ``"constant 2025"``.
    """

    pue: str | None = None
    idle: bool | None = None
    embodied: str | None = None
    development: bool | None = None
    use: bool | None = None
    power: str | None = None
    water: Literal["on site", "off site", "on and off site"] | None = None
    accounting: Literal["location", "market"] | None = None
    boundary: str | None = None
    cost: str | None = None
    staff: bool | None = None
    dollars: str | None = None

    def to_dict(self) -> dict[str, str | bool]:
        """Return what is set."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def __str__(self) -> str:
        """Return a short phrase for tables.

        Examples
        --------
        >>> print(Convention(pue="included", power="rated chip", development=False))
        PUE included; without development; rated chip power
        """
        words = {
            "pue": f"PUE {self.pue}", "power": f"{self.power} power", "embodied": f"embodied: {self.embodied}",
            "accounting": f"{self.accounting} based", "boundary": f"grid {self.boundary}", "cost": f"{self.cost}",
            "water": f"{self.water}", "dollars": f"{self.dollars} dollars",
        }  # fmt: skip
        parts = []
        for name, value in self.to_dict().items():
            parts.append(words[name] if isinstance(value, str) else f"{'with' if value else 'without'} {name}")
        return "; ".join(parts)


def comparable(first: Convention, second: Convention) -> list[str]:
    """Return what stands in the way of comparing two numbers; nothing when they mean the same.

    Examples
    --------
    >>> comparable(Convention(pue="included"), Convention(pue="excluded"))
    ['overhead of the building (PUE): included against excluded']
    """
    found = []
    for item in fields(Convention):
        one, two = getattr(first, item.name), getattr(second, item.name)
        if one is not None and two is not None and one != two:
            words = {True: "counted", False: "not counted"}
            found.append(f"{_TITLES[item.name]}: {words.get(one, one)} against {words.get(two, two)}")
    return found


def check_comparable(first: Convention, second: Convention) -> None:
    """Refuse to compare numbers of different conventions.

    Raises
    ------
    UsageError
        Naming each difference.
    """
    differences = comparable(first, second)
    if differences:
        message = "these numbers do not mean the same: " + "; ".join(differences)
        raise UsageError(message, hint="bring both to one convention first")


def convention(name: str, resolution: Resolution, facts: Mapping[str, str], exact: Mapping[str, float]) -> Convention:
    """Return what a quantity of a resolved graph includes.

    Parameters
    ----------
    name : str
        The quantity.
    resolution : Resolution
        How it was obtained.
    facts : mapping
        ``boundary`` (of the grid's figures), ``dollars`` (of the prices).
    exact : mapping
        Givens without a range.
    """
    behind = resolution.ancestors(name) | {name}
    kind = _kind(name)
    powered = bool(behind & {"energy_kwh", "energy_it_kwh", "power_it_w", "power_w"})
    physical = kind in ("energy", "carbon", "water") or name == "minerals_kg_sb"
    return Convention(
        pue=_pue(name, behind, exact) if physical and not name.startswith("carbon_embodied") else None,
        idle=("carbon_idle_kg" in behind) if name in ("carbon_kg", "carbon_idle_kg") else None,
        embodied=_embodied(behind) if name in ("carbon_kg", "carbon_embodied_kg") else None,
        development=("development_factor" in behind) if kind and not name.startswith("inference") else None,
        use=name.startswith("inference") if kind in ("energy", "carbon", "water") else None,
        power=_power(behind, resolution, exact) if kind in ("energy", "carbon", "water") and powered else None,
        water=_water(name),
        accounting=_accounting(name),
        boundary=_boundary(name, behind, facts),
        cost=_cost(name, resolution),
        staff=("cost_staff_usd" in behind) if name == "cost_usd" else None,
        dollars=_dollars(kind, behind, resolution, facts),
    )


def _kind(name: str) -> str:
    if name.startswith("energy") or name in ("power_w", "power_it_w", "inference_energy_kwh"):
        return "energy"
    if (name.startswith("carbon") and name.endswith("_kg")) or name == "inference_carbon_kg":
        return "carbon"
    if name.startswith("water") or name == "inference_water_l":
        return "water"
    if name.startswith("cost"):
        return "cost"
    return "hours" if name == "chip_hours" else ""


def _pue(name: str, behind: frozenset[str], exact: Mapping[str, float]) -> str:
    if name in ("energy_it_kwh", "power_it_w", "water_onsite_l") or (exact.get("pue") == 1 and "pue" in behind):
        return "excluded"
    return "included" if "pue" in behind else "as given"


def _embodied(behind: frozenset[str]) -> str:
    if "carbon_embodied_kg" not in behind:
        return "none"
    if "server_embodied_kg_per_hour" in behind:
        return "chips and servers"
    return "chips" if "chip_embodied_kg_per_hour" in behind else "as given"


def _power(behind: frozenset[str], resolution: Resolution, exact: Mapping[str, float]) -> str:
    if "server_factor" in behind:
        bare = exact.get("server_factor") == 1 and exact.get("load_factor") == 1
        return "rated chip" if bare else "server at load"
    return "measured" if "it_power_per_chip_w" in behind & resolution.assumed else "as given"


def _water(name: str) -> Literal["on site", "off site", "on and off site"] | None:
    if name in ("water_l", "inference_water_l"):
        return "on and off site"
    if name == "water_onsite_l":
        return "on site"
    return "off site" if name == "water_offsite_l" else None


def _accounting(name: str) -> Literal["location", "market"] | None:
    if name in ("carbon_operational_kg", "carbon_kg", "carbon_idle_kg", "inference_carbon_kg"):
        return "location"
    return "market" if name == "carbon_market_kg" else None


def _boundary(name: str, behind: frozenset[str], facts: Mapping[str, str]) -> str | None:
    if _accounting(name) is None:
        return None
    return facts.get("boundary", "as given") if "carbon_intensity_g_per_kwh" in behind else "as given"


def _cost(name: str, resolution: Resolution) -> str | None:
    if name == "cost_usd":
        rule = resolution.rules.get(name)
        return rule.name.removeprefix("by_") if rule is not None else "as given"
    kinds = {
        "cost_rental_usd": "rental", "cost_ownership_usd": "ownership", "cost_hardware_usd": "ownership",
        "cost_acquisition_usd": "acquisition",
    }  # fmt: skip
    return kinds.get(name)


def _dollars(kind: str, behind: frozenset[str], resolution: Resolution, facts: Mapping[str, str]) -> str | None:
    if kind != "cost":
        return None
    assumed = behind & resolution.assumed
    priced = any("usd" in each for each in assumed)
    return facts.get("dollars") if priced else None
