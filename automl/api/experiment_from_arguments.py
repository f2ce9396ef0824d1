"""Makes an experiment of the arguments of `automl.search`, as `automl search` makes it of flags."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from automl.api.tables import Data, source_of
from automl.config import Experiment, build_experiment, experiment_workspace
from automl.core import DataProblem, UsageError, Workspace

Settings: TypeAlias = Mapping[str, object] | Experiment | str | Path
"""Fields of the experiment by dotted name, an experiment, or the path of an experiment file."""

DATA_NAME = "table"
"""Name of data in memory, after which its study is named."""


def experiment_of(
    parts: Mapping[str, Data], fields: Mapping[str, object], settings: Settings | None = None
) -> Experiment:
    """Return the checked experiment; data in memory is written to its workspace.

    Args:
        parts: the data: `source`, and what lies beside it; None for what is not given.
        fields: values by dotted field; None for what is not given.
        settings: other fields, or an experiment which they override.

    Raises:
        UsageError: something is invalid; the message lists every problem.
        DataProblem: data in memory cannot be used.
        WorkspaceError: data in memory cannot be written.
    """
    given = str(settings) if isinstance(settings, Path) else settings
    if isinstance(given, str) and not given.lower().endswith((".yaml", ".yml")):
        raise UsageError(
            "settings must be a mapping of fields, an Experiment or the path of an experiment file (.yaml), "
            f"not {given!r}"
        )
    whole, others = (None, given) if isinstance(given, Mapping) else (given, {})
    flags = {**{key: value for key, value in fields.items() if value is not None}, **others}
    if whole is None and isinstance(parts["source"], str | Path):
        whole = str(parts["source"])  # as on the command line, it may be an experiment file
    else:
        flags |= {} if parts["source"] is None else {"data.source": parts["source"]}
    flags |= {f"data.{name}": part for name, part in parts.items() if name != "source" and part is not None}
    in_memory = {key: flags[key] for key in _data_fields(parts) if not isinstance(flags.get(key, ""), str | Path)}
    if in_memory:
        workspace = Workspace(experiment_workspace(whole, flags))
        for key, part in in_memory.items():
            name = DATA_NAME if key == "data.source" else key.removeprefix("data.")
            flags[key] = source_of(_rows_of_texts(part) if key == "data.unlabeled" else part, workspace.cache, name)
            if key != "data.source" and not Path(str(flags[key])).is_file():
                raise DataProblem(f"{key} must be one table, not several by split")
    return build_experiment(whole, (), flags)


def _data_fields(parts: Mapping[str, Data]) -> list[str]:
    return [f"data.{name}" for name in parts]


def _rows_of_texts(texts: Data) -> Data:
    """Return a column of texts for a list of them; a table as it is."""
    is_list = isinstance(texts, Sequence) and all(isinstance(each, str) for each in texts)
    return {"text": list(texts)} if is_list else texts
