"""The file beside a model that says which columns it asks for."""

import json
from pathlib import Path

from trials.data.columns.row_form import RowForm
from trials.errors import ClassifierError

ROW_FORM = "row_form.json"
"""Name of the file. A model that reads texts alone has none."""


def write_row_form(folder: Path, form: RowForm) -> None:
    """Write the form of the rows that a model asks for beside it.

    Args:
        folder: the folder of the model, which exists.
        form: the form.
    """
    content = {"text": list(form.text), "also": form.facts()}
    (folder / ROW_FORM).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_row_form(folder: Path) -> RowForm | None:
    """Return the form of the rows that the model in `folder` asks for; None if it reads texts alone.

    Raises:
        ClassifierError: the file is damaged.
    """
    path = folder / ROW_FORM
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return RowForm.of_facts(tuple(map(str, content["text"])), content["also"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ClassifierError(f"the columns of the model in {str(path)!r} cannot be read: {error!r}") from error
