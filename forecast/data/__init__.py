"""Tables: reading, schema, checks, the bundled datasets, and the selection of the frontier."""
