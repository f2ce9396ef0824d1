from pathlib import Path

from trials.data.readers.file_facts import FileFacts, Loss


def test_a_line_says_how_a_file_was_read():
    guessed = FileFacts(Path("d.csv"), "CSV", 200, ";", "cp1250", 0.934, header=False)

    assert str(guessed) == (
        "d.csv: CSV, semicolon, cp1250 (guessed, 93% sure; --encoding names another), no header, 200 rows"
    )
    assert str(FileFacts(Path("d.parquet"), "Parquet", 3)) == "d.parquet: Parquet, 3 rows"


def test_what_was_not_read_as_it_stands_is_told_with_its_lines():
    losses = (Loss("rows without content were skipped", 7, (3, 9, 10, 11, 12, 13)), Loss("byte became �", 1, (4,)))
    facts = FileFacts(Path("d.csv"), "CSV", 3, losses=losses, left_out=(("vector", "list<double>"),))

    assert facts.warnings() == (
        "d.csv: 7 rows without content were skipped (lines 3, 9, 10, 11, 12, ...).",
        "d.csv: 1 byte became � (line 4).",
        "d.csv: column 'vector' holds list<double>, which is no text.",
    )
