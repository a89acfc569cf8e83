"""The search for what makes two figures for one thing differ.

An explanation is a factor between the figure stated and the figure that follows: from the claim's own facts (its PUE), from
a table (the grid of another year), or from arithmetic (a power of ten). It explains a difference when the factor lies within
what the rounding of the digits leaves open. Facts that the claim itself states are tried first, then slips of units, then
two facts together, then what tables say; what only a wide range would allow is named, but counts as no explanation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations

from forecast.questions.auditing.case import CONVENTION, ERROR, OWN, PAIR, RANGE, SCOPE, Case, Explanation
from forecast.questions.auditing.conventions import CONVENTIONS
from forecast.questions.auditing.elsewhere import ELSEWHERE
from forecast.questions.auditing.known import SLACK
from forecast.questions.auditing.slips import SLIPS

_GENERATORS: tuple[Callable[[Case], Iterator[Explanation]], ...] = (*CONVENTIONS, *SLIPS, *ELSEWHERE)


def explain(case: Case) -> tuple[Explanation | None, list[Explanation]]:
    """Return the best explanation of a difference, and what could explain it but proves nothing."""
    if "rate" in case.implied.applied:
        return None, []  # what is compared is a range of possible values; no factor can be told
    low, high = case.ratio
    singles = [each for generator in _GENERATORS for each in generator(case) if each.low > 0]
    singles = [each for each in singles if not _nothing(each)]
    pairs = [
        _both(one, two)
        for one, two in combinations([each for each in singles if each.tier == OWN and each.low == each.high], 2)
        if one.name.split("-")[0] != two.name.split("-")[0]
    ]
    fitting = [each for each in (*singles, *pairs) if each.low <= high and low <= each.high]
    middle = case.stated.value / case.implied.value
    fitting.sort(key=lambda each: (each.tier, abs(math.log(middle / math.sqrt(each.low * each.high)))))
    proven = [each for each in fitting if each.tier < RANGE]
    possible = [each for each in fitting if each.tier == RANGE]
    return (proven[0] if proven else None), possible


def _nothing(each: Explanation) -> bool:
    return each.low == each.high and abs(each.low - 1) < SLACK


def _both(one: Explanation, two: Explanation) -> Explanation:
    verdict = max((one.verdict, two.verdict), key=(CONVENTION, SCOPE, ERROR).index)
    factor = one.low * two.low
    return Explanation(f"{one.name} and {two.name}", verdict, factor, factor, f"{one.why}; and {two.why}", PAIR)
