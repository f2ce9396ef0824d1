"""The data of a study as an MLflow data set, which its run names as an input."""

import json
from collections.abc import Mapping

from mlflow.entities import Dataset, DatasetInput, InputTag

LONGEST_DIGEST = 36
"""MLflow's limit of characters."""


def data_input(settings: Mapping[str, str]) -> DatasetInput | None:
    """Return the data set that the settings of a search describe; None if they do not.

    Args:
        settings: the settings that a search starts with: `data.source`, `data.fingerprint` and numbers of rows.
    """
    source, fingerprint = settings.get("data.source"), settings.get("data.fingerprint")
    if not source or not fingerprint:
        return None
    rows = {split: settings.get(f"data.{split}_rows") for split in ("train", "validation", "test")}
    profile = {f"{split}_rows": int(count) for split, count in rows.items() if count is not None}
    dataset = Dataset(
        name=source.rstrip("/").rpartition("/")[2],
        digest=fingerprint[:LONGEST_DIGEST],
        source_type="local",
        source=json.dumps({"uri": source}),
        profile=json.dumps(profile),
    )
    return DatasetInput(dataset, [InputTag("mlflow.data.context", "search")])
