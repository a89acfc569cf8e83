"""Figures, one per file; each returns a Figure (SVG, alt text, data)."""
