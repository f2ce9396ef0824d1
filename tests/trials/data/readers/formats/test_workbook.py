import sys
from datetime import date

import pandas as pd
import pytest

from trials.data.readers.formats.workbook import read_workbook
from trials.data.readers.read_options import ReadOptions
from trials.errors import DataError

openpyxl = pytest.importorskip("openpyxl")


def write(path, **sheets):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)


ROWS = [("text", "label", "day"), ("fine", 1, date(2024, 5, 1)), (None, None, None), ("5", 2.5, None)]


def test_cells_are_text_and_rows_without_content_are_told(tmp_path):
    path = tmp_path / "d.xlsx"
    write(path, reviews=ROWS, empty=[])

    table = read_workbook(path)

    assert table.columns == {"text": ["fine", "5"], "label": ["1", "2.5"], "day": ["2024-05-01", ""]}
    assert [(loss.count, loss.lines) for loss in table.found[0].losses] == [(1, (3,))]
    assert len(read_workbook(path, ReadOptions(keep_empty=True))) == 3


def test_a_sheet_must_be_named_where_several_have_content(tmp_path):
    path = tmp_path / "d.xlsx"
    write(path, one=ROWS, two=[("text", "label"), ("awful", 3)])

    with pytest.raises(DataError, match=r"one, two. Name one: --sheet"):
        read_workbook(path)
    assert read_workbook(path, ReadOptions(sheet="two")).columns == {"text": ["awful"], "label": ["3"]}
    with pytest.raises(DataError, match=r"no sheet 'three'. It has: one, two"):
        read_workbook(path, ReadOptions(sheet="three"))


def test_a_title_above_the_names_is_refused(tmp_path):
    path = tmp_path / "d.xlsx"
    write(path, reviews=[("Reviews of 2024", None, None), *ROWS])
    with pytest.raises(DataError, match="looks like a title"):
        read_workbook(path)


def test_open_document_is_read_too(tmp_path):
    pytest.importorskip("odf")
    pd.DataFrame({"text": ["fine"], "label": ["good"]}).to_excel(tmp_path / "d.ods", index=False, engine="odf")
    assert read_workbook(tmp_path / "d.ods").columns == {"text": ["fine"], "label": ["good"]}


def test_what_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "d.xlsx").write_text("text,label\n")
    with pytest.raises(DataError, match=r"d\.xlsx must be a workbook"):
        read_workbook(tmp_path / "d.xlsx")


def test_without_its_package_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(DataError, match="pip install python-calamine"):
        read_workbook(tmp_path / "d.xlsx")
