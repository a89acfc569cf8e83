"""A sign of life on stderr for what takes over a second; only on a terminal, and never with ``--quiet``."""

from __future__ import annotations

import sys
from threading import Timer
from typing import Any

#: What answers sooner shows nothing: a bar that flashes by is noise.
_DELAY_SECONDS = 1.0


class Working:
    """A bar that appears after a second and goes when :meth:`stop` is called, before the answer is printed.

    Parameters
    ----------
    quiet : bool
        Show nothing.
    """

    def __init__(self, quiet: bool) -> None:
        self._bar: Any = None
        self._timer: Timer | None = None
        if not quiet and sys.stderr.isatty():
            self._timer = Timer(_DELAY_SECONDS, self._start)
            self._timer.daemon = True
            self._timer.start()

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("working"), BarColumn(bar_width=24), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.add_task("working", total=None)
        self._bar.start()

    def stop(self) -> None:
        """Take the bar away; twice does no harm."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
