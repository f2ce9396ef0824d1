import pytest
from rich.table import Table

from automl.console.console import Console


def test_a_table_that_a_program_reads_is_not_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    table = Table("name", "value")
    table.add_row("long", "x" * 300)
    Console().show(table)
    assert "x" * 300 in capsys.readouterr().out


def test_aside_leaves_standard_output_to_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    Console(aside=True).say("a word")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "a word\n")
