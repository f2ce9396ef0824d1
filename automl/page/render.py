"""Renders the report of a study as one HTML file, with everything in it."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from automl.core import WorkspaceError
from automl.export import Explanation
from automl.page.content import Mistake, ModelContent, PageContent
from automl.page.model_figures import model_figures
from automl.page.study_figures import study_figures
from automl.report import Json, also_confirmed, count_ends, format_energy, format_score, format_seconds, format_value

TEMPLATE = "report.html.jinja"

LONGEST_TEXT = 600
"""Characters of a text that are shown."""

WIDE = ("Parameters",)
"""Beginnings of titles of figures that take the whole width."""

ROW_NAMES = {
    "handed_over": "handed over",
    "winner": "winner of the search",
    "best_by_validation": "best by validation",
    "default": "best untuned default",
    "baseline": "linear baseline",
}
"""Names of the rows of the table of scores, by their keys in `automl.json`."""


COLUMNS = ("accuracy", "subset_accuracy", "log_loss", "ece", "rmse", "mae", "spearman")
"""Metrics in the table of scores beside that of the search, as far as the model has them."""


HEADS = "label", "predicted", "probability"
HEADS_OF_NUMBERS = "true", "predicted", "error"
"""Heads of the columns about errors: of classes, and of numbers."""


def write_page(content: PageContent, path: Path, *, with_texts: bool = True) -> None:
    """Write the report of a study to an HTML file, which needs no other file and no network.

    Args:
        content: what the report shows.
        path: the file, which is replaced.
        with_texts: whether the page holds texts of the data.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    html = render(content, with_texts=with_texts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = path.with_name(f".{path.name}.part")
        staging.write_text(html, encoding="utf-8")
        staging.replace(path)
    except OSError as error:
        raise WorkspaceError(
            f"the report must be written to {str(path)!r}, but that failed: {error}; name another file with --output"
        ) from error


def render(content: PageContent, *, with_texts: bool = True) -> str:
    """Return the report of a study as HTML.

    Args:
        content: what the report shows.
        with_texts: whether the page holds texts of the data.
    """
    environment = Environment(loader=PackageLoader("automl.page", "."), autoescape=select_autoescape(["jinja"]))
    model = content.model
    sections = [_section("The search", study_figures(content.study, content.trials))]
    if model is not None:
        sections.append(_section("The model on the test rows", model_figures(model)))
    return environment.get_template(TEMPLATE).render(
        title=f"Study {content.study.name}",
        subtitle=_subtitle(content),
        verdict=_verdict(model),
        scores=None if model is None else _scores(model.facts),
        sections=sections,
        mistakes=[] if model is None else [_shown(each) for each in model.mistakes],
        mistakes_note="" if model is None else _note(model, with_texts=with_texts),
        mistakes_title="Most confident errors" if model is None or model.numbers is None else "Largest errors",
        mistakes_heads=HEADS if model is None or model.numbers is None else HEADS_OF_NUMBERS,
        with_texts=with_texts,
        facts=list(_facts(content)),
        plotly=get_plotlyjs(),
    )


def _section(title: str, figures: Iterable[tuple[str, str, go.Figure]]) -> dict[str, Any]:
    return {
        "title": title,
        "figures": [
            {"title": name, "explanation": text, "html": _html(figure), "wide": name.startswith(WIDE)}
            for name, text, figure in figures
        ],
    }


def _html(figure: go.Figure) -> str:
    """Return a figure as HTML, in which plotly has escaped all names."""
    figure.update_layout(
        title=None,
        template="plotly_white",
        margin={"l": 56, "r": 16, "t": 16, "b": 48},
        legend={"orientation": "h", "y": -0.28},
        height=figure.layout.height or 380,
    )
    config = {"displaylogo": False, "responsive": True}
    return str(figure.to_html(full_html=False, include_plotlyjs=False, config=config))


def _subtitle(content: PageContent) -> str:
    study = content.study
    ends = ", ".join(f"{count} {end}" for end, count in count_ends(study).items())
    rows = ", ".join(f"{count:,} {name}" for name, count in content.rows.items())
    count = f"{len(study.proposed)} trials{also_confirmed(study)} ({ends})"
    return f"{count} on {rows} rows, by {', '.join(study.goals.names)}."


def _verdict(model: ModelContent | None) -> list[str]:
    if model is None:
        return ["This study has handed over no model yet: automl resume lets it go on."]
    text, facts = model.facts.get("verdict"), model.facts
    verdict = [str(text)] if text else []
    if (what := _together(facts)) is None:
        return verdict
    about = f" What follows is about the best trial, {facts['trial']}." if verdict else ""
    return [f"Handed over is {what}.{about}", *verdict]


def _together(facts: Mapping[str, Any]) -> str | None:
    """Return what several trials together gave that is handed over; None if it is one trial."""
    if facts.get("ensemble"):
        return f"the mean of {_members(facts)}"
    if facts.get("soup"):
        *others, last = map(str, facts["soup"]["trials"])
        return f"one model, whose weights are the mean of those of the trials {', '.join(others)} and {last}"
    return None


def _members(facts: Mapping[str, Any]) -> str:
    *others, last = [f"{each['trial']} ({each['weight']:.0%})" for each in facts["ensemble"]["members"]]
    return f"the models of the trials {', '.join(others)} and {last}" if others else f"the model of trial {last}"


def _rows_of_scores(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the titles of the rows of the table of scores, by their keys in `automl.json`; no model has two rows."""
    names, choice = dict(ROW_NAMES), facts.get("choice") or {}
    best = choice.get("best", choice.get("best_by_validation", facts["trial"]))
    if best == facts["trial"]:
        del names["best_by_validation"]
    else:
        names["best_by_validation"] += f" (trial {best})"
        if facts["trial"] == choice.get("default"):  # it has a row as the default
            del names["winner"]
        else:
            names["winner"] += f" (trial {facts['trial']})"
    if facts.get("ensemble"):
        names["handed_over"] += f": {len(facts['ensemble']['members'])} models together"
    elif facts.get("soup"):
        names["handed_over"] += f": weights of {len(facts['soup']['trials'])} trials"
    if reading := facts.get("baseline_reading"):
        names["baseline"] += f" (columns {reading})"
    return names


def _scores(facts: Mapping[str, Any]) -> dict[str, Any]:
    known = facts["scores"].get("winner", {}).get("test", {})
    names = [facts["metric"], *(name for name in COLUMNS if name in known and name != facts["metric"])]
    columns = [f"{split} {name}" for name in names for split in ("validation", "test")]
    columns.insert(2, "95% interval")
    rows = []
    for key, title in _rows_of_scores(facts).items():
        scores = facts["scores"].get(key)
        if scores is not None:
            cells = [_number(scores[split].get(name)) for name in names for split in ("validation", "test")]
            low_high = scores.get("test_intervals", {}).get(names[0])
            cells.insert(2, "" if low_high is None else " - ".join(map(_number, low_high)))
            rows.append({"name": title, "cells": cells})
    return {"columns": columns, "rows": rows}


def _number(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else format_score(value)


def _note(model: ModelContent, *, with_texts: bool) -> str:
    if model.numbers is not None:
        return f"The {len(model.mistakes)} test rows with the largest errors; an error is predicted less true number."
    wrong = f"The model is wrong on {model.wrong} of {len(model.labels)} test rows."
    if not (with_texts and model.mistakes):
        return wrong
    if model.given is not None:
        about = "The probability is that of the label which the model is most wrong about."
        return f"{wrong} {about} Colours show what each word adds to it (green) or takes from it (red)."
    explained = "Colours show what each word adds to the predicted label (green) or takes from it (red): the log-odds "
    words = f"{wrong} {explained}with the word less those without it."
    if not any(mistake.tokens for mistake in model.mistakes):
        return words
    return f"{words} Below: what each token adds to them by integrated gradients, from padding to the text."


def _shown(mistake: Mistake) -> dict[str, Any]:
    return {
        "row": mistake.row,
        "label": mistake.label,
        "predicted": mistake.predicted,
        "probability": " ".join(filter(None, (mistake.about, format_score(mistake.probability)))),
        "tokens": None if mistake.tokens is None else _coloured(mistake.tokens),
        "text": _cut(mistake.text) if mistake.explanation is None else _coloured(mistake.explanation),
    }


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} …"


def _coloured(explanation: Explanation) -> Markup:
    """Return a text whose words have the colour of their weights, cut to `LONGEST_TEXT` characters."""
    largest = max((abs(word.weight) for word in explanation.words), default=0.0) or 1.0
    parts, done = [], 0
    for word in explanation.words:
        if word.end > LONGEST_TEXT:
            break
        colour = "--good" if word.weight > 0 else "--bad"
        span = Markup('<span style="background: rgba(var({}), {:.2f})" title="{:+.3f}">{}</span>')
        parts += [explanation.text[done : word.start]]
        parts += [span.format(colour, 0.7 * abs(word.weight) / largest, word.weight, word.text)]
        done = word.end
    rest = explanation.text[done : max(done, LONGEST_TEXT)]
    parts += [rest, " …" if len(explanation.text) > LONGEST_TEXT else ""]
    return Markup("").join(parts)


def _facts(content: PageContent) -> Iterable[tuple[str, str]]:
    study = content.study
    seconds = sum(trial.cost.seconds for trial in study.trials if trial.cost is not None)
    yield "trials", f"{len(study.proposed)}{also_confirmed(study)}, which took {format_seconds(seconds)} together"
    if study.energy_kwh is not None:
        yield "energy", format_energy(study.energy_kwh)
    if study.created is not None:
        yield "created", f"{study.created:%Y-%m-%d %H:%M}"
    yield "data fingerprint", study.data_fingerprint
    if content.model is None:
        return
    facts: Mapping[str, Any] = content.model.facts
    together = _together(facts)
    if together is not None:
        yield "handed over", together
    yield "winner" if together is None else "best trial", f"trial {facts['trial']}"
    cost: Mapping[str, Json] | None = facts.get("cost")
    if cost:
        seconds = float(str(cost["seconds"]))
        yield "size and training", f"{cost['parameters']:,} parameters, trained in {format_seconds(seconds)}"
    for name, value in facts["parameters"].items():
        yield name, format_value(value)
    for name, version in facts.get("versions", {}).items():
        yield f"version of {name}", str(version)
