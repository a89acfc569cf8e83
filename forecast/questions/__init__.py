"""Questions that combine fits, trends and costs, one per file."""
