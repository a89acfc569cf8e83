"""Scores of forecasts against what happened, one per file."""
