"""A stated training cost, computed again through the cost graph: as its source did, at market prices, and as a whole.

``USD = FLOP / (achieved FLOP/s × 3600) × USD per chip-hour``; what else the money may mean is set beside it: list prices
of the time, ownership (Cottier et al. 2024, arXiv:2405.21015), and development with its failed and smaller runs.
"""

from __future__ import annotations

from forecast.costs.estimation import estimate
from forecast.questions.auditing.claims import bundled_claims
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined, Number, agrees, of_estimate, shown
from forecast.units import format_quantity

#: What the estimate states of itself.
_OWN = ("achieved_flop_per_s", "price_per_chip_hour_usd")
#: A figure given to two digits is met within this share.
_CLOSE = 0.05


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Recompute the stated cost, and set other meanings of "cost" beside it."""
    assert claim.value is not None
    model, plan = claim.model(), dict(claim.settings)
    published = next(
        each
        for each in bundled_claims().rows
        if each.model == model["name"] and {"cost_usd", *_OWN} <= each.stated.keys()
    )
    own = {name: published.stated[name].value for name in _OWN}
    compute, use = model["training_compute_flop"], model["utilization"]
    run = {**plan, "compute_flop": compute, "utilization": use}
    again = estimate(given={"compute_flop": compute, **own}, levels=(effort.level,))
    market = estimate(run, levels=(effort.level,), draws=effort.draws, rng=effort.rng())
    whole = estimate(run, development=True, levels=(effort.level,), draws=effort.draws, rng=effort.rng())
    price = next(each for each in market.assumptions if each.name == "price_per_chip_hour_usd")
    graph = f"cost graph at the run's stated utilization of {format_quantity(use, 'fraction')}"
    rented = of_estimate(
        market, "cost_rental_usd", "rented at list prices of the time", f"{graph}; {price.note}: ${price.value:.2f} a chip-hour"
    )  # fmt: skip
    owned = of_estimate(
        market, "cost_ownership_usd", "owned: hardware used up, and electricity", f"{graph}; dollars of {plan['date'][:4]}"
    )  # fmt: skip
    recomputed = Number(
        "as the estimate was made", again["cost_rental_usd"].median, "USD",
        f"{format_quantity(compute, 'FLOP', digits=3)} at {format_quantity(own['achieved_flop_per_s'], 'FLOP/s')} and "
        f"${own['price_per_chip_hour_usd']:.2f} a chip-hour",
    )  # fmt: skip
    epoch = f"datasets/models.csv (Epoch AI), dollars of {model['cost_dollar_year']:.0f}, {model['cost_usd_status']}"
    everything = of_estimate(
        whole, "cost_rental_usd", "rented, with the runs before it", f"{graph} × development factor"
    )
    numbers = (
        Number("stated", claim.value, "USD", published.fact("source")),
        recomputed,
        rented,
        Number("rented from a cloud, by others", model["cost_cloud_usd"], "USD", "datasets/models.csv (Epoch AI)"),
        owned,
        Number("owned, by others", model["cost_usd"], "USD", epoch),
        everything,
    )
    close = abs(recomputed.value / claim.value - 1) <= _CLOSE
    spread = everything.value / min(owned.value, model["cost_usd"])
    sentence = (
        f"{model['name']} took {format_quantity(compute, 'FLOP', digits=3)}; at the speed and price of the estimate that is "
        f"{shown(recomputed.value, 'USD', 3)}, {'the stated figure' if close else 'not the stated figure'}. It is one of "
        f"several things called cost: owning the chips comes to {shown(owned.value, 'USD')} (by others' reckoning "
        f"{shown(model['cost_usd'], 'USD')}), renting at list prices to {shown(rented.value, 'USD')}, and with the runs "
        f"before it to {shown(everything.value, 'USD')}: a factor of {spread:.0f} between the least and the most."
    )
    qualified = not agrees(rented.value, claim.value) or not agrees(owned.value, claim.value)
    speed, done = own["achieved_flop_per_s"], market["achieved_flop_per_s"].median
    return Examined(
        claim,
        ("holds with a qualification" if qualified else "holds") if close else "does not hold",
        sentence,
        numbers,
        (
            f"Training compute of {model['name']} ({model['training_compute_flop_status']}) and its stated utilization, "
            f"datasets/models.csv.",
            f"The estimate assumes {format_quantity(speed, 'FLOP/s')} on one chip; the run itself kept "
            f"{format_quantity(done, 'FLOP/s')} on each.",
        ),
        (
            "Nobody outside knows what was paid: the developer rented from its investor, at no list price.",
            "Staff, data and the use of the model afterwards are in none of these figures.",
        ),
    )


ENTRY = examine
