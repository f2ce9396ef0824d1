"""Samplers: which point is tried next. To add one: one function, and one line in `SAMPLERS`."""
