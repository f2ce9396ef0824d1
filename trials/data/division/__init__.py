"""Splits: stratified ones, those that keep groups together, and those that follow the time."""

from trials.data.division.by_group import divide_groups, split_off_groups
from trials.data.division.by_time import split_off_latest
from trials.data.division.stratified import check_shares, divide, split_off

__all__ = ["check_shares", "divide", "divide_groups", "split_off", "split_off_groups", "split_off_latest"]
