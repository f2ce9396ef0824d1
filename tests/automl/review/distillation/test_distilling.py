"""Students of tiny teachers; trials run in this process."""

import json
import shutil

import numpy as np
import pytest

from automl.core import DataProblem, UsageError
from automl.export import load_classifier
from automl.review.distillation import Distillation, distill, distilled_json, distilled_sentences, seconds_for
from tests.automl.review.distillation.tiny import NAMES, rows, write_data_of, write_teacher_of
from trials.data import DataOptions


def test_a_student_is_a_folder_like_any_other_with_its_teacher_on_the_card(given, tmp_path, here):
    teacher, labelled, unlabeled = given
    said = list[str]()
    wanted = Distillation(teacher, "linear", tmp_path / "student", DataOptions(str(labelled)), str(unlabeled), 60)
    made = distill(wanted, said.append)
    assert made.unlabeled == 60 and made.left == 0
    assert load_classifier(made.folder).label_names == NAMES
    assert made.student.test["accuracy"] > 0.8 and made.student.latency_ms > 0 and made.student.megabytes > 0
    facts = json.loads((made.folder / "automl.json").read_text())
    assert facts["distilled_from"]["teacher"] == str(teacher)
    assert facts["scores"]["handed_over"]["test"] == made.student.test
    assert facts["data"]["text"] == "text"
    card = (made.folder / "README.md").read_text()
    assert "It is a student (linear) of the model in" in card and "| latency of 1 text, ms |" in card
    assert any("flatter" in sentence for sentence in distilled_sentences(made)), "the teacher has no study"
    json.dumps(distilled_json(made))
    again = distill(wanted, said.append)
    assert again.student.test == made.student.test, "the folder of an earlier student is replaced"


def test_bad_input_is_told_and_changes_nothing(given, tmp_path, here):
    teacher, labelled, _ = given
    other, kept = tmp_path / "other.csv", tmp_path / "kept"
    other.write_text("text,label\n" + "\n".join(f"{text},{label}er" for text, label in rows(60, 4)))
    kept.mkdir()
    (kept / "thesis.txt").write_text("two years of work")
    data, out = DataOptions(str(labelled)), tmp_path / "out"
    cases = [
        (Distillation(teacher, "linaer", out, data), UsageError, "linear"),
        (Distillation(tmp_path / "none", "linear", out, data), UsageError, "no folder"),
        (Distillation(teacher, "linear", teacher, data), UsageError, "beside"),
        (Distillation(teacher, "linear", teacher / "in", data), UsageError, "beside"),
        (Distillation(teacher, "linear", kept, data), UsageError, "something else"),
        (Distillation(teacher, "linear", shutil.copytree(teacher, tmp_path / "winner"), data), UsageError, "something"),
        (Distillation(teacher, "linear", out, data, temperature=0.0), UsageError, "temperature"),
        (Distillation(teacher, "linear", out, data, temperature=float("nan")), UsageError, "temperature"),
        (Distillation(teacher, "linear", out), UsageError, "--data"),
        (Distillation(teacher, "linear", out, DataOptions(str(other))), DataProblem, "labels"),
        (Distillation(teacher, "linear", out, DataOptions("nowhere.csv")), DataProblem, "nowhere"),
        (Distillation(teacher, "linear", out, data, "nowhere.txt"), DataProblem, "nowhere"),
    ]
    for wanted, kind, said in cases:
        with pytest.raises(kind, match=said):
            distill(wanted, print)
    assert not out.exists() and (kept / "thesis.txt").exists()
    for written in ("soon", "-3m", "0"):
        with pytest.raises(UsageError, match="time-budget"):
            seconds_for(written)


def test_a_student_learns_the_numbers_and_the_ranks_of_its_teacher(tmp_path, here):
    for task, names in (("regression", ("score",)), ("ordinal", NAMES)):
        teacher = write_teacher_of(task, tmp_path / task / "teacher")
        data, unlabeled = write_data_of(task, tmp_path / task)
        given = DataOptions(str(data), label="score" if task == "regression" else None)
        made = distill(Distillation(teacher, "linear", tmp_path / task / "out", given, str(unlabeled), 60), print)
        student, texts = load_classifier(made.folder), [text for text, _ in rows(40, 5)]
        assert student.label_names == names and made.unlabeled == 60
        assert made.dataset.task.name == json.loads((made.folder / "automl.json").read_text())["task"] == task
        assert made.student.test[made.metric] > 0.6
        ours, its = (model.logits(texts) for model in (student, load_classifier(teacher)))
        card = (made.folder / "README.md").read_text()
        if task == "regression":
            assert np.abs(ours - its).mean() < 0.5 * its.std() and 900 < ours.mean() < 1100
            assert (
                "trained it on the numbers that this one gives" in card and "A model that gives texts a number" in card
            )
            assert "closer on" in distilled_sentences(made)[0] and "temperature" not in " ".join(
                distilled_sentences(made)
            )
            with pytest.raises(UsageError, match="--temperature must be left out, not 2: the model gives numbers"):
                distill(Distillation(teacher, "linear", tmp_path / "no", given, temperature=2.0), print)
        else:
            assert (ours.argmax(axis=1) == its.argmax(axis=1)).mean() > 0.8
            assert "which have an order from low to high" in card
