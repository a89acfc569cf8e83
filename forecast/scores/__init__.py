"""Scores of probabilistic forecasts, one per file: draws and outcomes in, one number per outcome out.

Draws have shape (draws, outcomes), outcomes shape (outcomes,), both in log10; lower is better unless a score says so.
"""
