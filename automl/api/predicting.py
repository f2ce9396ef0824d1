"""`automl.predict`: labels texts in memory or of a file, as a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from automl.api.tables import Data, rows_of
from automl.core import DataProblem
from automl.export import label_rows
from automl.export.inputs import Rows
from trials.errors import DataError
from trials.files import TEXTS_AT_ONCE

if TYPE_CHECKING:
    import pandas as pd


def predict(
    model: str | Path, data: Data, *, text: str | Sequence[str] | None = None, batch_size: int = TEXTS_AT_ONCE
) -> "pd.DataFrame":
    """Label new texts, as `automl predict` does: one row for each row of `data`, in the same order.

    Added columns are `label`, `probability`, and `probability_<label>` for each label; a name that `data` has already
    becomes `predicted_<name>`. A missing text counts as an empty one. For a file that is larger than memory, use
    the command line.

    Args:
        model: a model folder, such as `runs/STUDY/best` or `result.folder`.
        data: a list of texts, a table of pandas, Polars or Arrow, a Hugging Face `Dataset`, or the path of a file.
        text: the column that holds the text, or several; None: those that the model was trained on.
        batch_size: number of texts that are scored at a time.

    Raises:
        UsageError: the model or the file does not exist.
        DataProblem: the data cannot be read, or has no text column.
    """
    import pandas as pd

    source: Path | Rows
    if isinstance(data, str | Path):
        source = Path(data).expanduser()
    else:
        columns, found = rows_of(data)
        source = Rows(columns, lambda: iter(found))
    names, rows = label_rows(Path(model), source, text, batch_size)
    try:
        return pd.DataFrame(list(rows), columns=names)
    except DataError as error:
        raise DataProblem(str(error)) from error
