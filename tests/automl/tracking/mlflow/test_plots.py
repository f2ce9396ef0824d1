from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from automl.tracking.mlflow.plots import confusion_plot, learning_curve_plot
from tests.automl.tracking.news import winner
from trials.metrics import Confusion
from trials.tasks import LabelCounts


def words(figure: Figure) -> set[str]:
    axes = figure.axes
    texts = [
        text.get_text() for axis in axes for text in [*axis.texts, *axis.get_xticklabels(), *axis.get_yticklabels()]
    ]
    labels = [label for axis in axes for label in (axis.get_xlabel(), axis.get_ylabel(), axis.get_title())]
    return {*texts, *labels}


def test_the_learning_curve_names_its_axes_and_marks_the_best(tmp_path: Path) -> None:
    found = winner(tmp_path)
    figure = learning_curve_plot(found.trial, found.goals.first.name)
    assert {"training examples seen", "macro f1", "training loss"} <= words(figure)
    entries = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert any("best: 0.9050" in entry for entry in entries)


def test_the_confusion_matrix_names_classes_and_counts(tmp_path: Path) -> None:
    figure = confusion_plot(winner(tmp_path))
    assert {"true class", "predicted class", "business", "tech", "76"} <= words(figure)
    assert "311 of 330 rows right" in figure.axes[0].get_title()


def test_many_classes_leave_the_numbers_out_and_a_class_without_rows_is_no_problem(tmp_path: Path) -> None:
    names = tuple(f"a class with a rather long name {index}" for index in range(40))
    many = replace(winner(tmp_path), label_names=names, confusion=Confusion(40, ()))
    figure = confusion_plot(many)
    figure.savefig(tmp_path / "many.png")
    assert not figure.axes[0].texts


def test_of_thousands_of_classes_those_with_the_most_errors_are_plotted(tmp_path: Path) -> None:
    count = 3000
    right = tuple((index, index, 4) for index in range(count - 2))
    confused = Confusion(count, (*right, (count - 2, count - 1, 7), (count - 1, count - 1, 1)))
    names = tuple(f"class {index}" for index in range(count))
    figure = confusion_plot(replace(winner(tmp_path), label_names=names, confusion=confused))
    shown = words(figure)
    assert {f"class {count - 1}", f"class {count - 2}"} <= shown and len(shown) < 100
    assert f"{4 * (count - 2) + 1} of {4 * (count - 2) + 8} rows right" in figure.axes[0].get_title()


def test_several_labels_a_text_are_not_confused_with_each_other(tmp_path: Path) -> None:
    counts = LabelCounts(90, np.array([40, 30]), np.array([50, 30]), np.array([36, 21]))
    assert confusion_plot(replace(winner(tmp_path), confusion=counts)) is None
