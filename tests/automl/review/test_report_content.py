import shutil

from automl.review.reopened_study import reopen
from automl.review.report_content import gather
from tests.automl.reviewed import hand_over


def test_the_most_confident_errors_of_the_model_come_first_and_are_explained(reviewed, tmp_path):
    shutil.copytree(reviewed.folder, tmp_path / "runs")
    workspace = type(reviewed)(tmp_path / "runs")
    hand_over(workspace)
    study = reopen("reviews", workspace, print)

    content = gather(study, print)

    assert content.rows == {"train": 210, "validation": 45, "test": 45}
    assert content.model is not None
    predicted = content.model.probabilities.argmax(axis=1)
    assert content.model.wrong == (predicted != content.model.labels).sum() > 0
    sure = [mistake.probability for mistake in content.model.mistakes]
    assert sure == sorted(sure, reverse=True)
    first = content.model.mistakes[0]
    assert first.text == study.prepared.dataset.test.texts[first.row]
    assert first.predicted != first.label
    assert first.explanation is not None
    assert first.explanation.label == first.predicted


def test_words_are_not_explained_for_a_page_without_texts(reviewed, tmp_path):
    shutil.copytree(reviewed.folder, tmp_path / "runs")
    workspace, said = type(reviewed)(tmp_path / "runs"), []
    hand_over(workspace)

    content = gather(reopen("reviews", workspace, print), said.append, with_texts=False)

    assert content.model is not None
    assert [mistake.explanation for mistake in content.model.mistakes] == [None] * len(content.model.mistakes) != []
    assert len(said) == 1


def test_a_study_without_a_model_has_its_trials_only(reviewed):
    content = gather(reopen("reviews", reviewed, print), print)

    assert content.model is None
    assert content.study.name == "reviews"
