"""Forecast methods, one per file."""
