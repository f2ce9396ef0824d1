"""Splits that keep groups together, or that follow the time."""

from trials.data.division.by_group import divide_groups, split_off_groups
from trials.data.division.by_time import split_off_latest

__all__ = ["divide_groups", "split_off_groups", "split_off_latest"]
