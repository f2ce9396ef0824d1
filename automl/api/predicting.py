"""`automl.predict`: labels texts in memory or of a file, as a table."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from automl.api.tables import Data, rows_of
from automl.core import DataProblem
from automl.export import label_rows
from automl.export.inputs import Rows
from automl.sources import is_address
from trials.data.readers import ReadOptions
from trials.errors import DataError
from trials.files import TEXTS_AT_ONCE

if TYPE_CHECKING:
    import pandas as pd


def predict(
    model: str | Path,
    data: Data,
    *,
    text: str | Sequence[str] | None = None,
    batch_size: int = TEXTS_AT_ONCE,
    sql: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    sheet: str | None = None,
    reject: float | None = None,
    sets: float | None = None,
    plain: bool = False,
) -> "pd.DataFrame":
    """Label new texts, as `automl predict` does: one row for each row of `data`, in the same order.

    Added columns are `label`, `probability`, and `probability_<label>` for each label; a name that `data` has already
    becomes `predicted_<name>`. A model of several labels a text adds lists, as `labels`, in the place of the first two.

    A missing text counts as an empty one. What was guessed about a file, and what of it
    could not be read as it stands, is a warning. For a file that is larger than memory, use the command line.

    Args:
        model: a model folder, such as `runs/STUDY/best` or `result.folder`.
        data: a list of texts, a table of pandas, Polars or Arrow, a Hugging Face `Dataset`, the path of a file, or the
            URL of a database.
        text: the column that holds the text, or several; None: those that the model was trained on.
        batch_size: number of texts that are scored at a time.
        sql: query that gives the rows, if `data` is the SQLAlchemy URL of a database.
        encoding: encoding of a text file; detected if it is None.
        delimiter: delimiter of the cells of a file; detected if it is None.
        header: whether the first row of a file has the names of the columns; detected if it is None.
        sheet: sheet of a workbook, if several have content.
        reject: probability below which a row gets no label; None labels all rows.
        sets: probability with which the column `labels`, a set of labels, has the true one; of a model of numbers, with
            which the true number lies between `<name>_low` and `<name>_high`; None: no such columns.
        plain: choose the most probable label, or by the model's own thresholds, whatever `automl decide` has found.

    Returns:
        The columns of `data` and the added ones.

    Raises:
        UsageError: the model or the file does not exist, `sql` is given without a database, or `reject` or `sets`
            cannot be used.
        DataProblem: the data cannot be read, or has no text column.
    """
    import pandas as pd

    source: Path | str | Rows
    if isinstance(data, str | Path):
        source = data if isinstance(data, str) and is_address(data) else Path(data).expanduser()
    else:
        columns, found = rows_of(data)
        source = Rows(columns, lambda: iter(found))
    said: list[str] = []
    names, rows = label_rows(
        Path(model),
        source,
        text,
        batch_size,
        sql=sql,
        read=ReadOptions(encoding, delimiter, header, sheet),
        reject=reject,
        coverage=sets,
        plain=plain,
        say=said.append,
    )
    for sentence in said:  # how labels were chosen is said later, and is no warning
        warnings.warn(sentence, stacklevel=2)
    try:
        return pd.DataFrame(list(rows), columns=names)
    except DataError as error:
        raise DataProblem(str(error)) from error
