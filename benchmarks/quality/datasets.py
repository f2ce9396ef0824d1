"""Five data sets of different kinds, each split anew for each number of a split.

All come from packages of the package index. `docstrings` has many classes: the docstrings of installed packages, each
labelled with the subpackage that it belongs to.
"""

import ast
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.data import DataOptions, load_dataset

SUBPACKAGES = (
    "matplotlib.axes",
    "matplotlib.backends",
    "mlflow.entities",
    "mlflow.store",
    "numpy.lib",
    "numpy.ma",
    "numpy.polynomial",
    "optuna.samplers",
    "pandas.core",
    "pandas.io",
    "pyarrow.parquet",
    "ray.data",
    "ray.serve",
    "ray.tune",
    "rich",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.signal",
    "scipy.sparse",
    "scipy.spatial",
    "scipy.stats",
    "sklearn.cluster",
    "sklearn.ensemble",
    "sklearn.metrics",
    "sqlalchemy.dialects",
    "sqlalchemy.orm",
    "torch.distributed",
    "torch.nn",
    "torch.optim",
    "transformers.generation",
)
_DOCSTRINGS_OF_A_CLASS = 120
_SHORTEST, _LONGEST = 60, 600


@dataclass(frozen=True)
class Table:
    """Labelled texts.

    Attributes:
        texts: the texts.
        labels: the label of each text.
    """

    texts: Sequence[str]
    labels: Sequence[str]

    def rows(self, chosen: NDArray[np.int64]) -> "Table":
        """Return the rows `chosen`, shape (n,), in this order."""
        return Table([self.texts[row] for row in chosen], [self.labels[row] for row in chosen])

    def write(self, path: Path) -> None:
        """Write a CSV file with the columns `text` and `label`."""
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("text", "label"))
            writer.writerows(zip(self.texts, self.labels, strict=True))


def write_texts(texts: Sequence[str], path: Path) -> None:
    """Write a CSV file with the column `text` alone."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("text",))
        writer.writerows((text,) for text in texts)


@dataclass(frozen=True)
class Kind:
    """A data set and how it is split.

    Attributes:
        load: reads all rows.
        train: number of rows to learn from; each tool takes its validation rows from them.
        test: number of rows to be scored on.
        metric: the score: accuracy or macro F1.
        shares: relative frequency of each class among the rows to learn from; empty: as they come.
    """

    load: Callable[[], Table]
    train: int
    test: int
    metric: str = "accuracy"
    shares: tuple[float, ...] = ()


def split(kind: Kind, table: Table, number: int) -> tuple[Table, Table]:
    """Return the rows to learn from and the test rows of split `number`.

    Classes have the same shares on both sides, unless `kind.shares` makes the rows to learn from unbalanced.

    Args:
        kind: the data set.
        table: all its rows.
        number: the split, which seeds the draw.
    """
    generator = np.random.default_rng(number)
    names = sorted(set(table.labels))
    labels = np.array(table.labels)
    learn: list[NDArray[np.int64]] = []
    test: list[NDArray[np.int64]] = []
    shares = np.array(kind.shares or [(labels == name).mean() for name in names])
    wanted = np.maximum(2, np.round(shares / shares.sum() * kind.train)).astype(int)
    for name, count in zip(names, wanted, strict=True):
        rows = generator.permutation(np.flatnonzero(labels == name))
        held_out = max(1, round(kind.test * len(rows) / len(labels)))
        test.append(rows[:held_out])
        learn.append(rows[held_out : held_out + count])
    learn_rows, test_rows = (table.rows(generator.permutation(np.concatenate(part))) for part in (learn, test))
    return learn_rows, test_rows


def _corpus(name: str) -> Callable[[], Table]:
    def load() -> Table:
        dataset = load_dataset(DataOptions(source=name)).dataset
        splits = (dataset.train, dataset.validation, dataset.test)
        texts = [text for split in splits for text in split.texts]
        labels = [dataset.label_names[label] for split in splits for label in split.labels]
        return Table(texts, labels)

    return load


def _docstrings() -> Table:
    """Return docstrings of functions and classes, at most a fixed number of each subpackage, without duplicates."""
    texts: list[str] = []
    labels: list[str] = []
    seen: set[str] = set()
    for name in SUBPACKAGES:
        found = 0
        for text in _docstrings_of(name):
            if text in seen or found == _DOCSTRINGS_OF_A_CLASS:
                continue
            seen.add(text)
            texts.append(text)
            labels.append(name)
            found += 1
    return Table(texts, labels)


def _docstrings_of(package: str) -> Iterator[str]:
    top, *rest = package.split(".")
    spec = find_spec(top)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the data set 'docstrings' needs the package {top!r}: install the tested versions")
    folder = Path(spec.origin).parent.joinpath(*rest)
    for path in sorted(folder.rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8", errors="replace"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                text = " ".join((ast.get_docstring(node) or "").split())[:_LONGEST]
                if len(text) >= _SHORTEST:
                    yield text


KINDS: dict[str, Kind] = {
    "short": Kind(_corpus("rotten-tomatoes"), 4_000, 1_000),
    "long": Kind(_corpus("imdb"), 1_500, 1_000),
    "many-classes": Kind(_docstrings, 2_000, 1_000),
    "unbalanced": Kind(_corpus("bbc-news"), 800, 600, "macro_f1", (1, 1 / 2, 1 / 4, 1 / 8, 1 / 16)),
    "few-rows": Kind(_corpus("bbc-news"), 100, 1_000),
}
