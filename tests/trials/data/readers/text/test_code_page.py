import pytest

from trials.data.readers.text.code_page import guess_code_page
from trials.errors import DataError

POLISH = "Pokój był czysty, obsługa uprzejma i życzliwa, śniadanie smaczne i różnorodne.\n"


def test_a_guess_is_surer_the_more_text_there_is():
    encoding, confidence = guess_code_page(POLISH.encode("cp1250"), "d.csv")
    assert (encoding, round(confidence, 2)) == ("cp1250", 0.99)
    assert guess_code_page("5 £".encode("cp1252"), "d.csv")[1] < 0.8


def test_a_byte_that_the_code_page_lacks_does_not_make_it_another(tmp_path):
    data = (POLISH * 300).encode("cp1250") + b"\x83\n"  # cp1250 leaves 0x83 undefined
    assert guess_code_page(data, "d.csv")[0] == "cp1250"


def test_what_fits_no_code_page_asks_for_one():
    with pytest.raises(DataError, match="--encoding"):
        guess_code_page(bytes(range(128, 160)) * 3, "d.csv")
