"""How a claim of the article is checked against the data: one check a file, named in ``datasets/article_claims.csv``.

An entry is a :data:`Check`: it takes the claim and what may be computed with, and returns what it found. Every number
comes from the general functions of this package (trends, the cost graph, the audit, fits), when the report is made.
"""

from __future__ import annotations

from collections.abc import Callable

from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined
from forecast.registry import Registry

Check = Callable[[ArticleClaim, Effort], Examined]
CHECKS: Registry[Check] = Registry(
    "check of a claim", "forecast.questions.examining", helpers=("claim", "examined", "pricing")
)
