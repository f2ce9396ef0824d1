import pytest

from trials.data.quality import issues
from trials.data.quality.issues import BLOCKING_CODES, DataIssue, check_codes, stop_on_blocking
from trials.errors import DataError

SMALL = DataIssue("small-classes", "A class is small.", blocking=True)
FEW = DataIssue("too-few-rows", "There are few rows.", blocking=True)
ONE = DataIssue("one-class", "There is one class.", blocking=True)
INFORMATION = DataIssue("duplicates", "Some rows repeat.", blocking=False)


def test_all_blocking_findings_are_told_at_once_with_the_way_out():
    with pytest.raises(DataError) as error:
        stop_on_blocking([SMALL, INFORMATION, FEW], frozenset())

    said = str(error.value)
    assert "A class is small." in said
    assert "There are few rows." in said
    assert "Some rows repeat." not in said
    assert "--allow small-classes --allow too-few-rows" in said
    assert "data.allow" in said


def test_allowed_findings_pass():
    stop_on_blocking([SMALL, INFORMATION], frozenset({"small-classes"}))


def test_one_class_cannot_be_allowed():
    with pytest.raises(DataError) as error:
        stop_on_blocking([SMALL, ONE], frozenset({"one-class"}))

    assert "--allow" not in str(error.value)


@pytest.mark.parametrize("code", ["small-clases", "one-class", "duplicates"])
def test_a_code_that_cannot_be_allowed_is_told(code):
    with pytest.raises(DataError, match="Choose from: conflicting-labels"):
        check_codes({code})


def test_every_blocking_code_is_in_the_table():
    assert all(f"`{code}`" in (issues.__doc__ or "") for code in BLOCKING_CODES)
