"""Ways to get draws around a fit, one per file."""
