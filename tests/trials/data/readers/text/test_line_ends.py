import pytest

from trials.data.readers.text.line_ends import unix_lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_end_as_on_unix_windows_and_old_macs(end, last):
    assert unix_lines(end.join(["one", "", "two\u2028three"]) + end * last) == ["one", "", "two\u2028three"]


def test_a_carriage_return_within_lines_of_unix_belongs_to_the_text():
    assert unix_lines("a\rb\nc\r\n") == ["a\rb", "c"]
