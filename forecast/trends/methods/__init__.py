"""Forecast methods, one per file."""

from forecast.registry import Registry
from forecast.trends._method import Method

METHODS: Registry[Method] = Registry("method", "forecast.trends.methods")
