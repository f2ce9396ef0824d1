import pytest

from trials.data.columns.also_columns import CategoryColumn
from trials.data.columns.row_form import RowForm
from trials.data.columns.row_form_file import ROW_FORM, read_row_form, write_row_form
from trials.errors import ClassifierError


def test_the_form_is_read_again_and_a_model_of_texts_alone_has_none(tmp_path):
    form = RowForm(("text",), (CategoryColumn("kind", (("lamp", 2),)),))
    write_row_form(tmp_path, form)
    assert read_row_form(tmp_path) == form
    (tmp_path / ROW_FORM).unlink()
    assert read_row_form(tmp_path) is None


@pytest.mark.parametrize("content", ["", "[]", '{"text": ["text"]}', '{"text": ["text"], "also": [{"name": "kind"}]}'])
def test_a_damaged_file_is_refused(tmp_path, content):
    (tmp_path / ROW_FORM).write_text(content)
    with pytest.raises(ClassifierError, match=r"row_form\.json"):
        read_row_form(tmp_path)
