"""Functional forms, one per file."""
