"""What an audit found: one finding per recomputed figure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from forecast.display import Displayed
from forecast.notes import Note
from forecast.provenance import Provenance

if TYPE_CHECKING:
    import pandas as pd


Verdict = Literal["agrees", "convention", "scope", "error", "disagrees"]


#: What each verdict means, the gravest last.
VERDICTS: dict[str, str] = {
    "agrees": "follows from the others, within the rounding of their digits",
    "convention": "counts the same run in another way, which is named",
    "scope": "counts something else than it is told as, which is named",
    "disagrees": "does not follow, and no convention alone explains it",
    "error": "a slip that can be named, or an impossible value",
}


@dataclass(frozen=True)
class Finding:
    """One recomputed figure.

    Parameters
    ----------
    model, check : str
        Whose figure, and what was computed.
    quantity, unit : str
        The figure.
    stated : float
        As claimed.
    implied, lower, upper : float or None
        What follows, and the range that rounding leaves; ``None`` where only the claim itself is judged.
    ratio : float or None
        Stated over implied.
    verdict : str
        One of :data:`VERDICTS`.
    why : str
        The reason, in a sentence.
    convention : str
        Identifier of the explanation; empty where there is none.
    source : str
        Who states it.
    row : int
        Row of the table, as a spreadsheet shows it.
    """

    model: str
    check: str
    quantity: str
    unit: str
    stated: float
    implied: float | None
    lower: float | None
    upper: float | None
    ratio: float | None
    verdict: Verdict
    why: str
    convention: str = ""
    source: str = ""
    row: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Audit(Displayed):
    """The findings of a table of claims, in its order, and the claims that state too little for any."""

    findings: tuple[Finding, ...]
    claims: int
    unchecked: tuple[str, ...]
    name: str
    notes: tuple[Note, ...]
    provenance: Provenance = field(default_factory=Provenance)

    def counts(self) -> dict[str, int]:
        """Return how many findings each verdict has."""
        return {verdict: sum(each.verdict == verdict for each in self.findings) for verdict in VERDICTS}

    def to_frame(self) -> pd.DataFrame:
        """Return one row per finding."""
        import pandas as pd

        return pd.DataFrame([each.to_dict() for each in self.findings])

    def summary(self) -> pd.DataFrame:
        """Return the findings that do not agree."""
        frame = self.to_frame()
        return frame[frame["verdict"] != "agrees"].reset_index(drop=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        return {
            "claims": self.claims,
            "unchecked": list(self.unchecked),
            "verdicts": self.counts(),
            "rows": [each.to_dict() for each in self.findings],
        }
