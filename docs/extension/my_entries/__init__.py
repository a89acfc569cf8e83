"""Entries of one's own for forecast, one per file."""
