"""From a planned run to chip-hours, energy, carbon, water and dollars."""
