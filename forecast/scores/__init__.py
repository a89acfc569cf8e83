"""Scores of probabilistic forecasts, one per file, one number per outcome; in log10, so that units do not matter.

A score of the whole distribution takes draws of shape (draws, outcomes) and outcomes of shape (outcomes,); a score of
an interval takes its lower and upper bounds. Lower is better unless a score says so.
"""
