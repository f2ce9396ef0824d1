"""Collects what the report of a study shows, with the errors of its model explained by their words."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automl.core import FACTS_FILE
from automl.export import explain, explain_tokens, load_classifier, model_form
from automl.page import Mistake, ModelContent, PageContent, count_rows, model_content
from automl.review.reopened_study import ReopenedStudy
from automl.storage import open_store
from automl.worker import scoring
from trials.data import PLAIN
from trials.tasks import Task

EXPLAINED = 5
"""Number of errors whose words are explained, each of which costs a forward pass for every word."""

MOST_SECONDS = 10.0
"""Seconds for the tokens of errors; once they are spent, the tokens of further errors are not explained."""

MOST_EXPLAINED_WORDS = 48
"""Most parts into which a text is divided to be explained."""


def gather(study: ReopenedStudy, say: Callable[[str], None], *, with_texts: bool = True) -> PageContent:
    """Collect what the report of a study shows; the model that was handed over is scored on the test rows.

    Args:
        study: the study.
        say: receives a line before what takes long.
        with_texts: whether the report will hold texts, so that errors are explained by their words.

    Raises:
        UsageError: the model cannot be read.
        WorkspaceError: the process that scores the model was killed.
    """
    with closing(open_store(study.workspace)) as store:
        trials = store.study(study.record.name).trials()
    dataset = study.prepared.dataset
    folder = study.workspace.study(study.record.name).best
    return PageContent(
        study=study.record,
        trials=trials,
        rows=count_rows(dataset),
        model=_model(study, folder, say, with_texts=with_texts) if (folder / FACTS_FILE).is_file() else None,
    )


def _model(study: ReopenedStudy, folder: Path, say: Callable[[str], None], *, with_texts: bool) -> ModelContent:
    dataset = study.prepared.dataset
    say(f"Scoring the model on {len(dataset.test)} test rows")
    with scoring() as score:
        logits = score(folder, dataset.test).logits
    facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    model = model_content(facts, dataset, logits)
    if not with_texts or model.numbers is not None:  # words add to the log-odds of a class, which numbers have not
        return model
    return replace(model, mistakes=_explained(model.mistakes, folder, dataset.task, say))


def _explained(mistakes: Sequence[Mistake], folder: Path, task: Task, say: Callable[[str], None]) -> list[Mistake]:
    """Return the mistakes, the first of them with explanations."""
    if not mistakes:
        return []
    say(f"Explaining the {min(EXPLAINED, len(mistakes))} most confident errors")
    classifier, form = load_classifier(folder), model_form(folder) or PLAIN

    def probabilities(texts: Sequence[str]) -> NDArray[np.float64]:
        return task.probabilities(classifier.logits(texts))

    spent = 0.0

    def explained(mistake: Mistake) -> Mistake:
        nonlocal spent
        names, tokens, begun = classifier.label_names, None, time.monotonic()
        if spent < MOST_SECONDS and mistake.about is None:
            tokens = explain_tokens(classifier, mistake.text)
            spent += time.monotonic() - begun
        words = explain(probabilities, names, mistake.text, mistake.about, MOST_EXPLAINED_WORDS, form)
        return replace(mistake, explanation=words, tokens=tokens)

    return [*map(explained, mistakes[:EXPLAINED]), *mistakes[EXPLAINED:]]
