"""Answers as documents, and the formats that print them."""
