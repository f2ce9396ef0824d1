"""Pruners: which running trial is stopped. To add one: one function, and one line in `PRUNERS`."""
