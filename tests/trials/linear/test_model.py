"""Linear classifiers: what scikit-learn gives, from the training to the files and back."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union

from search_spaces import SPACES, Defaults, Linear
from tests.trials.toy import LABELS, toy_texts
from trials.data.columns import RowForm
from trials.data.columns.also_columns import CategoryColumn, NumberColumn
from trials.data.dataset import SoftTargets, Split
from trials.errors import CheckpointError
from trials.files.classifier_format import save_classifier
from trials.linear import model as module
from trials.linear.fits import FEWEST_ITERATIONS
from trials.linear.model import LinearClassifier, fit_linear, load_linear
from trials.metrics import Outputs, accuracy, log_softmax

POINT = SPACES["linear"](Defaults())


def split(rows: int, seed: int) -> Split:
    texts, labels = toy_texts(rows, seed)
    return Split(tuple(texts), np.array(labels, dtype=np.int64))


def point(**words: object) -> Linear:
    return replace(POINT, text=replace(POINT.text, **words))


@pytest.fixture(scope="module")
def fitted() -> LinearClassifier:
    return fit_linear(point(characters=4), split(90, 0), LABELS)


def test_it_learns(fitted):
    test = split(60, 1)
    assert accuracy(Outputs(fitted.logits(test.texts), test.labels)) == 1.0


def test_it_gives_what_scikit_learn_gives():
    train, test = split(90, 0), split(30, 1)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\w+|[^\w\s]")
    runs = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    for vectorizer, characters in ((words, 0), (make_union(words, runs), 5)):
        regression = LogisticRegression(C=10.0, max_iter=300).fit(vectorizer.fit_transform(train.texts), train.labels)
        ours = log_softmax(fit_linear(point(characters=characters), train, LABELS).logits(test.texts))
        np.testing.assert_allclose(ours, regression.predict_log_proba(vectorizer.transform(test.texts)), atol=1e-3)


def test_two_classes_and_one_that_training_lacks():
    texts, labels = toy_texts(90, 0)
    kept = [index for index, label in enumerate(labels) if label != 1]
    train = Split(tuple(texts[index] for index in kept), np.array([labels[index] for index in kept], dtype=np.int64))
    logits = fit_linear(POINT, train, LABELS).logits(train.texts)
    assert accuracy(Outputs(logits, train.labels)) == 1.0
    assert np.isfinite(logits).all() and (log_softmax(logits)[:, 1] < -50).all()


def test_it_comes_back_from_its_folder_as_it_was(fitted, tmp_path):
    texts = [*split(30, 1).texts, "", "\ud83d half of a pair", "字 🙂"]
    save_classifier(fitted, tmp_path / "model")
    again = load_linear(tmp_path / "model")
    assert again.label_names == LABELS
    np.testing.assert_allclose(again.logits(texts), fitted.logits(texts), atol=1e-6)
    assert again.logits([]).shape == (0, 3)
    assert not list(tmp_path.glob(".*")), "nothing is left beside it"


def test_balanced_a_rare_class_is_found_more_often():
    generator = np.random.default_rng(0)
    labels = np.array([0] * 190 + [1] * 10)
    words = [["film", "story", "good"], ["film", "story", "bad"]]
    texts = tuple(" ".join(generator.choice(words[label if generator.random() < 0.6 else 0], 4)) for label in labels)
    train = Split(texts, labels)
    said = {
        balanced: fit_linear(replace(POINT, balanced=balanced), train, ("a", "b")).logits(["bad film"])[0]
        for balanced in (False, True)
    }
    assert said[True][1] - said[True][0] > said[False][1] - said[False][0]


def test_what_is_rare_is_left_out_where_there_is_much_text():
    train = split(600, 0)
    once = Split((*train.texts, "hapax"), np.append(train.labels, 0))
    known = {term for vectorizer in fit_linear(POINT, once, LABELS).vectorizers for term in vectorizer.vocabulary_}
    assert "hapax" not in known and "ball" in known
    few = Split(("hapax one", "word two") * 2, np.array([0, 1, 0, 1]))
    assert "hapax" in fit_linear(POINT, few, LABELS).vectorizers[0].vocabulary_


def test_text_without_spaces_is_no_end():
    """Each of these is one word, which occurs once."""
    generator = np.random.default_rng(0)
    texts = tuple("".join(generator.choice(list("天地玄黃宇宙洪荒日月盈昃"), 12)) for _ in range(600))
    fitted = fit_linear(POINT, Split(texts, np.arange(600) % 3), LABELS)
    assert np.isfinite(fitted.logits(texts)).all()


def test_a_disk_that_refuses_is_told(fitted, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CheckpointError):
        save_classifier(fitted, tmp_path / "file" / "model")


def test_very_many_classes_are_the_means_of_their_texts(monkeypatch):
    """A regression with thousands of classes would take hours."""
    monkeypatch.setattr(module, "MANY_CLASSES", 2)
    monkeypatch.setattr(module, "MOST_WORK", 1000)
    monkeypatch.setattr(LogisticRegression, "fit", lambda *_: pytest.fail("a regression was fitted"))
    names = (*LABELS, "never seen")
    found, test = fit_linear(POINT, split(90, 0), names), split(60, 1)
    logits = found.logits(test.texts)
    assert accuracy(Outputs(logits, test.labels)) > 0.9
    assert (logits.argmax(axis=1) < len(LABELS)).all()


def test_the_more_classes_the_fewer_iterations():
    assert module._iterations(10**9, 500) == module.MOST_ITERATIONS
    assert module._iterations(10**4, 1000) == 250
    assert module._iterations(10**6, 1000) < FEWEST_ITERATIONS


def test_with_several_labels_each_has_a_regression_of_its_own():
    texts = split(90, 0)
    sets = np.zeros((90, 4), dtype=bool)
    sets[np.arange(90), texts.labels] = True
    sets[::2, 0] = True
    found = fit_linear(point(characters=0), Split(texts.texts, sets), ("a", "b", "c", "never"))

    logits = found.logits(texts.texts)

    alone = fit_linear(point(characters=0), Split(texts.texts, sets[:, 0].astype(np.int64)), ("other", "a"))
    np.testing.assert_allclose(logits[:, 0], np.diff(alone.logits(texts.texts))[:, 0], atol=1e-4)
    assert (logits[:, 3] < -80).all()


def test_columns_beside_the_text_are_features_of_their_own_and_kept_with_the_model(tmp_path):
    form = RowForm(("text",), (CategoryColumn("kind"), NumberColumn("price")))
    rows = [
        (kind, price, number % 7) for number, (kind, price) in enumerate([("x", 1), ("x", 9), ("y", 1), ("y", 9)] * 15)
    ]
    texts = tuple(f"kind: {kind} | price: {price}\nword{word} x" for kind, price, word in rows)
    single = np.array([price > 5 for _, price, _ in rows], dtype=np.int64)
    learnt = form.learnt(texts)

    model = fit_linear(POINT, Split(texts, single), ("low", "high"), form=learnt)

    assert model.logits(texts).argmax(axis=1).tolist() == single.tolist()
    assert model.weights.shape[1] == sum(len(each.vocabulary_) for each in model.vectorizers) + 3
    assert not any("price" in each.vocabulary_ for each in model.vectorizers), "the line before the text is no text"
    unseen = model.logits(["kind: z | price: 100\nword1 x", "word1 x"])
    assert unseen[0].argmax() == 1 and np.isfinite(unseen).all(), "numbers beyond those of training, and none at all"
    save_classifier(model, tmp_path / "model")
    np.testing.assert_allclose(load_linear(tmp_path / "model").logits(texts), model.logits(texts), atol=1e-5)


def test_soft_targets_are_learned_in_the_place_of_labels_at_their_temperature() -> None:
    texts, labels = toy_texts(120, seed=0)
    wrong = np.zeros(len(labels), dtype=np.int64)
    teacher = fit_linear(POINT, Split(tuple(texts), np.array(labels)), LABELS)
    for temperature in (1.0, 3.0):
        logits = teacher.logits(texts) / temperature
        shares = np.exp(log_softmax(logits)).astype(np.float32)
        targets = SoftTargets(shares, temperature)
        student = fit_linear(replace(POINT, inverse_penalty=1e4), Split(tuple(texts), wrong, targets), LABELS)
        centred = [each - each.mean(axis=1, keepdims=True) for each in (student.logits(texts), teacher.logits(texts))]
        np.testing.assert_allclose(*centred, atol=0.3)


def test_soft_targets_of_several_labels() -> None:
    texts, labels = toy_texts(120, seed=0)
    shares = np.where(np.eye(3)[labels] > 0, 0.9, 0.2).astype(np.float32)
    nothing = np.zeros(shares.shape, dtype=bool)
    student = fit_linear(POINT, Split(tuple(texts), nothing, SoftTargets(shares)), LABELS)
    probabilities = 1 / (1 + np.exp(-student.logits(texts)))
    np.testing.assert_allclose(probabilities, shares, atol=0.15)
