"""What the article said, and what the data say: every claim of ``datasets/article_claims.csv`` checked.

The article is Luccioni's of April 2023 on the human and environmental costs of generative AI. Each claim names the
check that examines it (:mod:`forecast.questions.examining`); every number is computed when this runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forecast.data.dataset import load_dataset
from forecast.provenance import Provenance
from forecast.questions.examining import CHECKS
from forecast.questions.examining.claim import article_claims
from forecast.questions.examining.examined import Effort, Examined
from forecast.settings import DRAWS, LEVELS, SEED

#: Tables that the checks read.
_TABLES = (
    "article_claims", "models", "budgets", "footprints", "equivalences", "hardware", "prices", "grids", "water",
    "datacenters", "embodied", "uncertainty", "constants", "chinchilla",
)  # fmt: skip


@dataclass(frozen=True)
class Article:
    """The claims with what was found, in the order of the table."""

    examined: tuple[Examined, ...]
    level: float
    provenance: Provenance

    def counts(self) -> dict[str, int]:
        """Return how many claims have each verdict, the commonest first."""
        verdicts = [each.verdict for each in self.examined]
        return {
            name: verdicts.count(name) for name in sorted(set(verdicts), key=lambda name: (-verdicts.count(name), name))
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return every number of every claim, one row each."""
        return [{"claim": each.claim.name, **row} for each in self.examined for row in each.to_dict()["rows"]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"claims": [each.to_dict() for each in self.examined]}


def examine_article(*, levels: Sequence[float] = LEVELS, draws: int = DRAWS, seed: int = SEED) -> Article:
    """Check every claim of the article.

    Parameters
    ----------
    levels : sequence of float
        The widest is the level of all intervals.
    draws : int
        Random draws of each check.
    seed : int
        Each check starts from it anew, so that a claim more or less moves no other.

    Returns
    -------
    Article

    Examples
    --------
    >>> found = examine_article(draws=200)
    >>> [each.verdict for each in found.examined if each.claim.name == "search"]
    ['told of another thing']
    """
    level = max(levels)
    effort = Effort(level, draws, seed)
    examined = tuple(CHECKS[claim.check](claim, effort) for claim in article_claims())
    data = {name: load_dataset(name).digest for name in _TABLES}
    return Article(examined, level, Provenance(seed=seed, data=data, settings={"level": level, "draws": draws}))
