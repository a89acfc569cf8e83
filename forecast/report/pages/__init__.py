"""The document of each kind of result, one per file."""
