"""The cores that a process may use."""

import os

import pytest

from automl.experiment.machine import usable_cores


@pytest.mark.parametrize(
    ("limit", "cores"),
    [("max 100000\n", None), ("100000 100000\n", 1), ("50000 100000\n", 1), ("99900000 100000\n", None), ("odd", None)],
)
def test_a_containers_quota_counts_if_it_is_less(tmp_path, limit, cores):
    (tmp_path / "cpu.max").write_text(limit)
    assert usable_cores(tmp_path / "cpu.max") == (cores or len(os.sched_getaffinity(0)))


def test_affinity_counts(tmp_path):
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert usable_cores(tmp_path / "no limit") == 1
    finally:
        os.sched_setaffinity(0, allowed)
