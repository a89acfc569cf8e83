"""A claim that no table of this tool can confirm or contradict: it is listed, and said to be so."""

from __future__ import annotations

from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Say that nothing here measures it."""
    del effort
    sentence = f"{claim.note}. That no number stands here says nothing about how much it weighs."
    return Examined(claim, "cannot be told", sentence)


ENTRY = examine
