"""The model card of a winner in the format of the Hugging Face Hub: YAML front matter, then Markdown."""

import yaml

from automl.report.class_scores import class_scores
from automl.report.data_read import EXAMPLE_TEXTS, data_card, example_inputs
from automl.report.formatting import (
    MOST_LABELS,
    described,
    format_energy,
    format_measure,
    format_score,
    format_value,
    listed,
)
from automl.report.markdown import markdown_table
from automl.report.residuals import residuals_section
from automl.report.result_json import Json
from automl.report.scored_models import CHOSEN_BY, chosen_by_score, scored_models
from automl.report.wording import over_folds, sentences, single_name
from automl.selection import Scores, Winner
from trials.data import PLAIN
from trials.metrics import Confusion
from trials.tasks import MULTI_LABEL, Residuals

HUB_METRICS: dict[str, str] = {
    "accuracy": "accuracy",
    "macro_f1": "f1",
    "mcc": "matthews_correlation",
    "auroc": "roc_auc",
    "brier": "brier_score",
}
"""The Hub's names of the metrics that it supports, by the names in this project."""

_PIPELINE = """from transformers import pipeline

classifier = pipeline("text-classification", model="path/to/this/folder")
classifier(["a text", "another text"], truncation=True)"""

_SIGMOIDS = """from transformers import pipeline

classifier = pipeline("text-classification", model="path/to/this/folder", top_k=None)
classifier(["a text", "another text"], truncation=True)"""
"""Example code for a classifier of several labels a text."""

_THRESHOLDS = (
    "Each label has a probability of its own. A text gets the labels whose probability reaches their thresholds, which "
    "stand in `thresholds.json` in the order of the labels."
)

_OWN = """from automl import load_classifier

classifier = load_classifier("path/to/this/folder")
classifier.predict(["a text", "another text"])"""
"""Example code for a classifier that transformers cannot load."""

_COMMAND = "For a file: `automl predict path/to/this/folder --input new.csv --output out.csv`"

WIDEST_CONFUSION = 20
"""Maximum number of labels of a confusion table."""


def model_card(winner: Winner, kind: str | None = None, pair: tuple[str, str] | None = None) -> str:
    """Return the text of `README.md` for the winner's folder. It states no licence; the owner of the data chooses one.

    Args:
        winner: the winner.
        kind: format of a classifier that transformers cannot load (`trials.files.classifier_format`); None: it can.
        pair: names of the two text columns that the model tells apart; None if it reads a text.
    """
    sections = [
        f"---\n{yaml.safe_dump(_front_matter(winner, kind), sort_keys=False, allow_unicode=True)}---",
        f"# {winner.study}",
        _introduction(winner),
        f"## Use\n\n{_usage(winner, kind, pair)}",
        *([] if winner.read is None else [f"## Data\n\n{data_card(winner.read, pair)}"]),
        f"## Scores\n\n{_explanation(winner)}\n\n{_scores(winner)}",
        *_objectives(winner),
        f"## Errors on the test split\n\n{_errors(winner)}",
        f"## Parameters\n\n{_parameters(winner)}",
        *([f"## Schedule\n\n{_schedule(winner)}"] if winner.schedule else []),
        "The file `automl.json` beside this card has all of this in machine-readable form, with the learning curve "
        "and the versions.",
    ]
    return "\n\n".join(sections) + "\n"


def _front_matter(winner: Winner, kind: str | None) -> dict[str, Json]:
    known = {name: HUB_METRICS[name] for name in winner.handed_over.test if name in HUB_METRICS}
    metrics: list[Json] = [
        {"type": known.get(name, name), "name": name, "value": round(value, 6)}
        for name, value in _hub_values(winner).items()
    ]
    result: dict[str, Json] = {
        "task": {"type": "text-classification"},
        "dataset": {"name": winner.study, "type": "private", "split": "test"},
        "metrics": metrics,
    }
    index: list[Json] = [{"name": winner.study, "results": [result]}]
    return {
        "library_name": "transformers" if kind is None else "transformer-automl",
        "pipeline_tag": "text-classification",
        "tags": ["text-classification", "transformer-automl"],
        "metrics": sorted(known.values()),
        "model-index": index,
    }


def _hub_values(winner: Winner) -> dict[str, float]:
    """Return the test scores as the Hub's metrics define them: the Brier score of two classes counts one of them."""
    values = dict(winner.handed_over.test)
    if len(winner.label_names) == 2 and "brier" in values:
        values["brier"] /= 2
    return values


def _introduction(winner: Winner) -> str:
    what = described(winner.task, winner.label_names)
    if winner.ensemble is not None:
        shares = winner.ensemble.choice.weights
        return (
            f"{what} It is the mean of {len(shares)} "
            "models of a search by `transformer-automl`, which lie in `members`. The best single model lies beside "
            "this folder, in `best-single`."
        )
    beside = ""
    if winner.beside is not None:
        members = ", ".join(map(str, winner.beside.choice.weights))
        beside = (
            f" Handed over is not this model but the mean of the trials {members}, which lies beside this "
            "folder, in `best`; this one is the best of the single models."
        )
    beside += "" if winner.energy_kwh is None else f" The search took {format_energy(winner.energy_kwh)}."
    if winner.soup is not None:
        return (
            f"{what} It is one model of a search by `transformer-automl`: "
            f"{single_name(winner)}, finetunings of one checkpoint.{beside}"
        )
    cost = winner.trial.cost
    size = "" if cost is None else f" It has {cost.parameters:,} parameters and was trained in {cost.seconds:.0f} s."
    return (
        f"{what} It is trial "
        f"{winner.trial.number} of a search by `transformer-automl`, chosen by {_chosen_by(winner)}."
        f"{size}{beside}"
    )


def _rounds(winner: Winner) -> int:
    """Return in how many rounds the trial was confirmed; a default that is handed over may not have been."""
    found = winner.confirmation
    if found is None or all(each.trial != winner.trial.number for each in found.finalists):
        return 0
    return found.rounds


def _where(winner: Winner) -> str:
    folds = winner.trial.folds
    if rounds := _rounds(winner):
        return f"on the validation rows of {rounds + 1} divisions"
    return f"in {len(folds)}-fold cross-validation" if folds else "on the validation split"


def _explanation(winner: Winner) -> str:
    parts = [*([over_folds(winner)] if winner.trial.folds else []), *sentences(winner)]
    parts += ["Brackets hold 95% intervals."] if winner.scores.intervals else []
    return "\n\n".join(parts)


def _chosen_by(winner: Winner) -> str:
    kept = " and ".join(f"`{constraint}`" for constraint in winner.goals.constraints)
    mean = "the mean of " if _rounds(winner) else ""
    best = f"{mean}{winner.goals.first.name} {_where(winner)}" + (
        f" among the models that satisfy {kept}" if kept else ""
    )
    if winner.choice is None or not winner.choice.passes_over:
        return best
    if winner.choice.keeps_default:
        return f"{best} among the untuned defaults, of which no other trial was shown better"
    return f"{best} among the trials that are shown to be better than the untuned defaults"


def _objectives(winner: Winner) -> list[str]:
    """Return the section about the Pareto front; empty without a front."""
    if not winner.front:
        return []
    names, bounds = winner.goals.watched, [str(constraint) for constraint in winner.goals.constraints]
    rows = [
        [
            _member(winner, each.number),
            *(format_measure(name, each.values.get(name)) for name in names),
            *(["yes" if each.keeps_constraints else "no"] if bounds else []),
        ]
        for each in winner.front
    ]
    headings = ["trial", *names, *([f"keeps {' and '.join(bounds)}"] if bounds else [])]
    return [
        "## Objectives\n\nNo other trial of the search is better in all of these, on the validation split. Times are "
        f"those of the machine that searched.\n\n{markdown_table(headings, rows)}"
    ]


def _member(winner: Winner, number: int | None) -> str:
    """Return what a member of the Pareto front is called; a mean of several trials has no number."""
    name, own = str(number), None
    if winner.ensemble is not None:
        name = f"mean of {', '.join(map(str, winner.ensemble.choice.weights))}" if number is None else name
    elif winner.soup is not None:
        name = f"mean of the weights of {', '.join(map(str, winner.soup.choice.members))}" if number is None else name
    else:
        own = winner.trial.number
    return f"**{name}, this model**" if number == own else name


def _usage(winner: Winner, kind: str | None, pair: tuple[str, str] | None) -> str:
    read, written = example_inputs(PLAIN if winner.read is None else winner.read.form, pair)
    own = _OWN.replace(EXAMPLE_TEXTS, read)
    if winner.task is not MULTI_LABEL:
        return f"```python\n{_PIPELINE.replace(EXAMPLE_TEXTS, written) if kind is None else own}\n```\n\n{_COMMAND}"
    code = f"```python\n{own}\n```\n\n{_COMMAND}\n\n{_THRESHOLDS}"
    return code if kind is not None else f"{code}\n\n```python\n{_SIGMOIDS.replace(EXAMPLE_TEXTS, written)}\n```"


def _scores(winner: Winner) -> str:
    models = scored_models(winner)
    shown = {name: scores for name, scores in models.items() if scores is not None}
    marked = {chosen_by_score(winner): winner.goals.first.name}
    headings = [
        f"{name}, {split}" for name in shown for split in ("folds" if winner.trial.folds else "validation", "test")
    ]
    rows = [
        [name, *(cell for model, scores in shown.items() for cell in _cells(scores, name, name == marked.get(model)))]
        for name in winner.scores.test
    ]
    return markdown_table(["metric", *headings], rows)


def _cells(scores: Scores, metric: str, is_marked: bool) -> tuple[str, str]:
    validation = format_score(scores.validation.get(metric), scores.deviation(metric)) + CHOSEN_BY * is_marked
    test = format_score(scores.test.get(metric))
    if metric in scores.intervals:
        test += f" ({' - '.join(map(format_score, scores.intervals[metric]))})"
    return validation, test


def _errors(winner: Winner) -> str:
    if isinstance(winner.confusion, Residuals):
        return residuals_section(winner.confusion)
    return f"{_classes(winner)}\n\n{_confusion(winner)}"


def _confusion(winner: Winner) -> str:
    if not isinstance(winner.confusion, Confusion):
        return (
            "A text may have several labels, or none. The rows of a label are those that have it, and its precision is "
            "the share of them among the rows to which it was given."
        )
    if len(winner.label_names) > WIDEST_CONFUSION:
        return f"With {len(winner.label_names)} labels the confusion table is too wide for a page: see `automl.json`."
    counts = winner.confusion.matrix()
    rows = [[label, *map(str, row)] for label, row in zip(winner.label_names, counts, strict=True)]
    return "Rows are true labels, columns are predicted labels.\n\n" + markdown_table(["", *winner.label_names], rows)


def _classes(winner: Winner) -> str:
    shown = class_scores(winner)
    if len(shown) > MOST_LABELS:
        shown = sorted((label for label in shown if label.f1 is not None), key=lambda label: label.f1 or 0.0)
        shown = shown[:MOST_LABELS]
    rows = [
        [label.name, str(label.rows), *map(format_score, (label.precision, label.recall, label.f1))] for label in shown
    ]
    table = markdown_table(["label", "rows", "precision", "recall", "F1"], rows)
    left_out = len(winner.label_names) - len(shown)
    return f"The {len(shown)} labels with the lowest F1; `automl.json` has all.\n\n{table}" if left_out else table


def _parameters(winner: Winner) -> str:
    table = markdown_table(
        ["parameter", "value"], [[name, format_value(value)] for name, value in winner.trial.params.items()]
    )
    if winner.ensemble is None:
        return table if winner.soup is None else f"Of trial {winner.trial.number}:\n\n{table}"
    rows = [[f"trial {number}", f"{share:.1%}"] for number, share in winner.ensemble.choice.weights.items()]
    return f"{markdown_table(['member', 'share'], rows)}\n\nOf trial {winner.trial.number}:\n\n{table}"


def _schedule(winner: Winner) -> str:
    introduction = (
        "Several trials trained this model one after another, each with other parameters. "
        "The table shows those of the last trial."
    )
    rows = [
        [str(each.trial), *(f"{share:.0%}" for share in each.share), listed(each.changed) or "-"]
        for each in winner.schedule
    ]
    return f"{introduction}\n\n" + markdown_table(["trial", "from", "to", "changed"], rows)
