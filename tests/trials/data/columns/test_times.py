"""Times in cells."""

import math

import pytest

from trials.data.columns.times import parse_times
from trials.errors import DataError


@pytest.mark.parametrize(
    "cells",
    [
        ["1999", "2000", "2024.5"],
        ["2024-01-31", "2024-02-01", "2024-02-01 09:30"],
        ["2024-01-31T23:30:00+01:00", "2024-01-31T23:00:00Z"],
        ["31.01.2024", "01.02.2024"],
        ["31/01/2024", "01/02/2024"],
        ["01/31/2024", "02/01/2024"],
        ["Mon, 06 Apr 2009 22:19:45 +0000", "Tue, 07 Apr 2009 01:00:00 +0000"],
        ["Mon Apr 06 22:19:45 +0000 2009", "Tue Apr 07 01:00:00 +0000 2009"],
        ["January 31, 2024", "February 1, 2024"],
    ],
)
def test_the_numbers_grow_with_the_time(cells):
    times = parse_times(cells, "date", "a.csv")

    assert times == sorted(times)
    assert len(set(times)) == len(cells)


def test_an_empty_cell_has_no_time():
    times = parse_times(["2024-01-31", " ", None], "date", "a.csv")

    assert [math.isnan(time) for time in times] == [False, True, True]


def test_days_and_months_that_cannot_be_told_apart_are_refused():
    with pytest.raises(DataError, match=r"tell days from months, but '01/02/2024'"):
        parse_times(["01/02/2024", "03/04/2024"], "date", "a.csv")


@pytest.mark.parametrize("cells", [["2024-01-31", "yesterday"], ["", None], ["nan"]])
def test_cells_of_no_common_form_are_refused(cells):
    with pytest.raises(DataError, match=r"time column 'date' of a\.csv must hold numbers or dates"):
        parse_times(cells, "date", "a.csv")
