"""Checks of tables, one class of dirt per file; the registry finds them by name."""

from __future__ import annotations

from forecast.data.checks._check import Check
from forecast.registry import Registry

CHECKS: Registry[Check] = Registry("check", "forecast.data.checks")
