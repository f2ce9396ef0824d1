"""Compares a validation split with cross-validation where rows are few: by what is handed over, on other rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automl.selection import combined
from automl.selection.ensemble_shares import best_shares
from benchmarks.verdict.pool import corpus_of, fitted, points
from trials.data import split_off
from trials.data.division import divide
from trials.metrics import Logits
from trials.tasks import LabelArray, task_of

EACH = 8
"""Points of each algorithm beside its default."""

TEST_ROWS = 400
"""Rows by which what is handed over is scored."""

TEST_SHARE, VALIDATION_SHARE = 0.15, 0.15
"""Shares of the rows that a search sets aside."""

FOLDS = 5

Handed = dict[str, Logits]
"""Outputs for the test rows of what each rule hands over."""


@dataclass(frozen=True)
class _Known:
    """Outputs by trial, for rows that say how good the models are, and for test rows.

    Attributes:
        seen: the former, calibrated.
        labels: labels of those rows.
        test: the latter, of models that are fitted to all rows but those of the test split.
    """

    seen: dict[int, Logits]
    labels: LabelArray
    test: dict[int, Logits]

    @classmethod
    def calibrated(cls, seen: dict[int, Logits], labels: LabelArray, test: dict[int, Logits]) -> "_Known":
        """Return outputs with the temperature that each model has by the rows `labels`."""
        found = {number: task_of(labels).calibrate(logits, labels) for number, logits in seen.items()}
        return cls(
            {number: found[number].outputs(logits) for number, logits in seen.items()},
            labels,
            {number: found[number].outputs(logits) for number, logits in test.items()},
        )

    def handed_over(self, by: str) -> Handed:
        """Return what is handed over: the single model with the best accuracy, and the ensemble."""
        task = task_of(self.labels)

        def standing(number: int) -> tuple[float, float]:
            outputs = self.seen[number]
            return task.score("accuracy", outputs, self.labels), -task.score("log_loss", outputs, self.labels)

        kinds = {number: number % 2 for number in self.seen}  # linear models and probes take turns
        shares = best_shares(self.seen, self.labels, kinds, 5, lambda members: True)
        mean = task.calibrate(combined(task, self.seen, shares), self.labels)
        return {
            f"best single model, {by}": self.test[max(self.seen, key=standing)],
            f"ensemble, {by}": mean.outputs(combined(task, self.test, shares)),
        }


def searches(corpus: str, folder: Path, rows: int, count: int) -> Iterator[tuple[Handed, LabelArray]]:
    """Yield what simulated searches hand over by a validation split and by folds, and the labels of the test rows.

    Args:
        corpus: name of an installed corpus.
        folder: keeps the encoder's features of all texts.
        rows: labelled rows of each search.
        count: number of searches.
    """
    texts, names, features = corpus_of(corpus, folder)
    for seed in range(count):
        elsewhere, own = split_off(texts.labels, rows / len(texts), seed)
        test = np.random.default_rng(seed).permutation(elsewhere)[:TEST_ROWS]
        kept, _ = _divided(texts.labels, own, TEST_SHARE, seed)
        train, validation = _divided(texts.labels, kept, VALIDATION_SHARE / (1 - TEST_SHARE), seed)
        part_of = divide(texts.labels[kept], FOLDS, seed)
        by_split, by_folds, final = dict[int, Logits](), dict[int, Logits](), dict[int, Logits]()
        for number, point in enumerate(points(EACH)):
            by_split[number] = fitted(point, texts, train, validation, names, features)
            final[number] = fitted(point, texts, kept, test, names, features)
            by_folds[number] = np.empty((len(kept), len(names)))
            for part in range(FOLDS):
                others, own_part = kept[part_of != part], kept[part_of == part]
                by_folds[number][part_of == part] = fitted(point, texts, others, own_part, names, features)
        known = {
            "validation split": _Known.calibrated(by_split, texts.labels[validation], final),
            f"{FOLDS} folds": _Known.calibrated(by_folds, texts.labels[kept], final),
        }
        handed = {name: found for by, each in known.items() for name, found in each.handed_over(by).items()}
        yield handed, texts.labels[test]


def table(found: Sequence[tuple[Handed, LabelArray]], corpus: str, rows: int) -> Iterator[str]:
    """Yield the rows of the table: mean scores, and differences from the ensemble of a validation split."""
    scores = {
        name: np.array(
            [
                [task_of(labels).score(metric, handed[name], labels) for metric in ("accuracy", "log_loss")]
                for handed, labels in found
            ]
        )
        for name in found[0][0]
    }
    usual = scores["ensemble, validation split"]
    for name, own in scores.items():
        gain, error = (own - usual).mean(0), (own - usual).std(0, ddof=1) / len(own) ** 0.5
        cells = " | ".join(f"{gain[place]:+.4f} ± {error[place]:.4f}" for place in (0, 1))
        yield f"| {corpus}, {rows} rows | {name} | {own[:, 0].mean():.4f} | {own[:, 1].mean():.4f} | {cells} |"


def _divided(
    labels: LabelArray, rows: NDArray[np.int64], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return `rows` without a share of them, and that share."""
    kept, off = split_off(labels[rows], share, seed)
    return rows[kept], rows[off]
