from dataclasses import replace
from pathlib import Path

from automl.review.distillation import Distilled, MeasuredModel, distilled_sentences
from automl.review.distillation.wording import student_card
from automl.selection.uncertainty import Comparison
from tests.automl.report.records import make_read
from tests.automl.session.plans import DATA
from trials.data import RowForm
from trials.data.columns.also_columns import CategoryColumn

MODEL = MeasuredModel({"macro_f1": 0.8}, {"macro_f1": 0.8, "log_loss": 0.4}, {"macro_f1": (0.7, 0.9)}, 1.5, 2.0)
MADE = Distilled(
    folder=Path("small"), into="linear", teacher_folder=Path("runs/news/best"), study="news", metric="macro_f1",
    student=MODEL, teacher=MODEL, comparison=Comparison(-0.02, -0.04, 0.01, 3, 5), parameters={"text.words": 2},
    temperature=2.0, labelled=100, unlabeled=50, left=0, seconds=12.0, dataset=DATA,
)  # fmt: skip


def test_a_difference_is_told_only_where_it_is_shown():
    said, learned = distilled_sentences(MADE)
    assert "right on 3 where the teacher is wrong, and wrong on 5" in said
    assert "no difference in macro_f1 is shown (-0.020" in said
    assert "100 training texts and 50 further texts" in learned
    worse = replace(MADE, comparison=Comparison(-0.05, -0.08, -0.02, 3, 9), left=7, doubt="Beware.")
    said, _, left, doubt = distilled_sentences(worse)
    assert "worse by 0.050 macro_f1" in said
    assert "7 more texts" in left and doubt == "Beware."


def test_the_card_says_how_the_student_is_loaded():
    assert "load_classifier" in student_card(MADE, "linear")
    card = student_card(MADE, None)
    assert "library_name: transformers\n" in card and "pipeline(" in card
    assert "| test macro_f1 | 0.800 (0.700 - 0.900) | 0.800 (0.700 - 0.900) |" in card
    assert "| text.words | 2 |" in card


def test_the_card_shows_rows_where_the_student_asks_for_columns():
    form = RowForm(("review",), (CategoryColumn("kind", (("lamp", 2),)),))
    data = replace(DATA, form=form, read=replace(make_read("review"), form=form))
    card = student_card(replace(MADE, dataset=data), "linear")
    assert "classifier.predict([{'review': 'a text', 'kind': 'lamp'}])" in card
    assert "## Data" in card and "The model asks for these columns" in card
