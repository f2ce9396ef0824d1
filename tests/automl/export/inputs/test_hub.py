"""Reading from a hub is in `tests/automl/sources/test_hub.py`, in whose processes these rows are read, too."""

import datasets
import pytest

from automl.export.inputs import hub


def test_rows_of_all_splits_keep_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = datasets.ClassLabel(names=["bad", "good"])
    train = datasets.Dataset.from_dict(
        {"text": ["a"], "label": [1]}, datasets.Features({"text": datasets.Value("string"), "label": labels})
    )
    test = datasets.Dataset.from_dict({"text": ["b"], "id": [7]})
    monkeypatch.setattr(hub, "hub_splits", lambda _: {"train": train, "test": test})
    rows = hub.hub_rows(f"hf://org/name@{'a' * 40}")
    assert rows.columns == ("text", "label", "id")
    assert list(rows.stream()) == [{"text": "a", "label": 1}, {"text": "b", "id": 7}]
    assert rows.parts == {"the split train": ("text", "label"), "the split test": ("text", "id")}
