"""What stands beside a forecast: how its method did on the same data, run at past dates.

The record of the bundled models is computed ahead (``make trackrecord`` runs ``forecast backtest``, and keeps its JSON
in the data folder); it is used where the observations, the settings and the code of the methods are those it was made
from. Anything else is computed when it is asked for.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scipy.special import stdtrit

from forecast.data.constants import constant
from forecast.data.resources import datasets_folder
from forecast.errors import FitError
from forecast.notes import Note
from forecast.trends.baselines import BASELINES
from forecast.trends.cases import Ranked
from forecast.trends.choices import AUTO, Settings
from forecast.trends.hindcast import hindcast, method_by_name, method_name
from forecast.trends.methods import METHODS
from forecast.trends.observations import Observations

#: Levels that the stored record holds, and at which a rival of the default method must be calibrated.
STORED_LEVELS = (0.5, 0.8, 0.9, 0.95)
RIVAL_LEVELS = (0.8, 0.9)
#: Origins without which a difference of two methods is an accident.
RIVAL_ORIGINS = 5
#: Members times origins up to which every method is tried on data of one's own: about a second.
CHEAP = 2000

_FILE = "trackrecord.json"
_PACKAGE = Path(__file__).resolve().parent.parent
_SOURCES = (
    "trends/line.py", "trends/members.py", "trends/cases.py", "trends/baselines.py", "trends/hindcast.py", "data/frontier.py",
)  # fmt: skip
_FOLDERS = ("trends/methods", "scores")
_CONSTANTS = ("random_walk_minimum_steps", "random_walk_prior_step_oom", "random_walk_prior_weight")

Scores = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """The method of a forecast, and why it is that one."""

    method: str
    reason: str
    notes: tuple[Note, ...] = ()


def observations_key(observations: Observations) -> str:
    """Return a digest of dates and sizes: equal where the same rows would be ranked and fitted."""
    return hashlib.sha256(observations.year.tobytes() + observations.size.tobytes()).hexdigest()[:16]


@functools.cache
def fingerprint() -> str:
    """Return a digest of the code and constants that hindcasts rest on; with it the stored record is known as stale."""
    digest = hashlib.sha256()
    files = [_PACKAGE / name for name in _SOURCES]
    files += [path for folder in _FOLDERS for path in sorted((_PACKAGE / folder).glob("*.py"))]
    for path in files:
        digest.update(path.read_bytes())
    for name in _CONSTANTS:
        digest.update(f"{name}={constant(name)!r}".encode())
    return digest.hexdigest()[:16]


def track_record(observations: Observations, settings: Settings, method: str) -> list[Scores]:
    """Return the scores of a method and of the baselines at past origins of the same data, per estimand and level.

    Parameters
    ----------
    observations : Observations
        What the forecast is made from.
    settings : Settings
        Frontier rule, first fitted day and levels.
    method : str
        The method's name.

    Raises
    ------
    FitError
        When the data is too short to look back.
    """
    names = (method, *(name for name in BASELINES if name != method))
    stored = [row for row in stored_scores(observations, settings) if row["method"] in names]
    wanted = [row for row in stored if row["level"] in settings.levels]
    if len({row["level"] for row in wanted if row["method"] == method}) == len(settings.levels):
        return sorted(wanted, key=lambda row: names.index(row["method"]))
    return hindcast([observations], settings, methods=names).rows()


def stored_scores(observations: Observations, settings: Settings) -> list[Scores]:
    """Return the stored rows of every method for these observations and settings, or none where they do not fit."""
    record = _stored()
    if not record or record["fingerprint"] != fingerprint():
        return []
    if (record["frontier"], record["since"]) != (settings.frontier, str(settings.since)):
        return []
    name = observations.target.name
    if record["keys"].get(name) != observations_key(observations):
        return []
    return [row for row in record["rows"] if row["target"] == name]


@functools.cache
def _stored() -> dict[str, Any]:
    path = datasets_folder() / _FILE
    if not path.is_file():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    made = content["provenance"]["settings"]
    return {
        "rows": content["result"]["rows"],
        "keys": content["result"]["observations"],
        "fingerprint": made["methods_fingerprint"],
        "frontier": made["frontier"],
        "since": str(made["since"]),
    }


def choose_method(observations: Observations, settings: Settings) -> Choice:
    """Return the method asked for, or for ``auto`` the default unless the backtest here prefers another.

    A rival is preferred when its CRPS on the same outcomes is lower by more than two standard errors (clustered by
    origin, with Student's correction for few origins), and its 80 and 90 % intervals held no less than they say.
    """
    if settings.method != "auto":
        return Choice(method_name(settings.method), "asked for")
    rivals = [name for name in METHODS.names() if name != AUTO and not method_by_name(name).diagnostic]
    rows = stored_scores(observations, settings)
    if not rows:
        ranked = Ranked.of(observations, settings)
        if int(ranked.fitted.sum()) * len(ranked.usable_origins()) > CHEAP:
            message = f"every method was not tried on {int(ranked.fitted.sum()):,} points"
            note = Note("method-not-compared", "info", message, "To compare them run forecast backtest --method all.")
            return Choice(AUTO, "the default; too many points to try the others at once", (note,))
        try:
            rows = hindcast(
                [observations], replace(settings, levels=RIVAL_LEVELS), methods=(AUTO, *rivals, "persistence")
            ).rows()
        except FitError as error:
            return Choice(AUTO, f"the default; no other can be compared: {error.message}")
    return _preferred([row for row in rows if row["estimand"] == "member"], rivals)


def _preferred(rows: Sequence[Scores], rivals: Iterable[str]) -> Choice:
    clusters = max(row["clusters"] for row in rows)
    if clusters < RIVAL_ORIGINS:
        return Choice(AUTO, f"the default; {clusters} past origins are too few to prefer another")
    best, margin = None, 0.0
    for name in rivals:
        own = [row for row in rows if row["method"] == name and row["level"] in RIVAL_LEVELS]
        if not own or own[0]["clusters"] < clusters or any(_too_narrow(row) for row in own):
            continue
        needed = float(stdtrit(clusters - 1, 0.9772)) * own[0]["crps_gain_se"]  # 2 s.e. where origins are many
        if own[0]["crps_gain"] > max(needed, margin):
            best, margin = own[0], own[0]["crps_gain"]
    if best is None:
        return Choice(
            AUTO,
            f"the default; at {clusters} past origins no other calibrated method had a CRPS lower by two standard errors",
        )
    reason = (
        f"at {clusters} past origins its CRPS was lower than the default's by {best['crps_gain']:.3f} "
        f"± {best['crps_gain_se']:.3f} orders of magnitude"
    )
    return Choice(best["method"], reason)


def _too_narrow(row: Scores) -> bool:
    return bool(row["coverage"] < row["level"] - 2 * row["coverage_se"])


def coverage_note(scores: Scores) -> Note | None:
    """Return the note ``coverage-off`` where a coverage lies outside its level by more than two standard errors."""
    level, held, error = scores["level"], scores["coverage"], scores["coverage_se"]
    if abs(held - level) <= 2 * error:
        return None
    message = f"{100 * level:g} % intervals made this way held {100 * held:.0f} % ± {100 * error:.0f} of {scores['n']} later models"
    if held < level:
        return Note(
            "coverage-off",
            "warning",
            message,
            "They have been too narrow: read them as a lower bound of the uncertainty.",
        )
    return Note(
        "coverage-off",
        "info",
        message,
        f"They have been wider than they needed to be, as far as {scores['clusters']} origins can tell.",
    )


def record_notes(scores: Scores) -> list[Note]:
    """Return what a track record makes doubtful: ``coverage-off``, and ``no-skill`` where persistence did better."""
    notes = [note for note in [coverage_note(scores)] if note]
    if scores["skill"] < 0:
        message = f"the CRPS of forecasts made this way was {-100 * scores['skill']:.0f} % above that of persistence"
        hint = "In the past 'like the last year' was the better forecast of this metric."
        notes.append(Note("no-skill", "warning", message, hint))
    return notes


def backtest_of(rows: Sequence[Scores], method: str, estimand: str, level: float) -> Scores | None:
    """Return the scores to put beside a forecast of an estimand, or None where there are none."""
    for row in rows:
        if (row["method"], row["estimand"]) == (method, estimand) and math.isclose(row["level"], level):
            kept = ("level", "coverage", "coverage_se", "n", "clusters", "crps", "skill", "horizon_years")
            return {"estimand": estimand, **{name: row[name] for name in kept}}
    return None
