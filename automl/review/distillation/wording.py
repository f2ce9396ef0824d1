"""How a distillation is told: in the terminal, on the card of the student, and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict

from rich import box
from rich.table import Table

from automl.report import EXAMPLE_TEXTS, Json, data_card, data_facts, described, example_inputs
from automl.review.distillation.result import Distilled, MeasuredModel
from trials.tasks import REGRESSION

_PIPELINE = """from transformers import pipeline

classifier = pipeline("text-classification", model="path/to/this/folder")
classifier(["a text", "another text"], truncation=True)"""

_OWN = """from automl import load_classifier

classifier = load_classifier("path/to/this/folder")
classifier.predict(["a text", "another text"])"""


def distilled_table(made: Distilled) -> Table:
    """Return a table of the student beside its teacher."""
    table = Table("", "teacher", "student", box=box.SIMPLE_HEAD)
    for row in _rows(made):
        table.add_row(*row)
    return table


def distilled_sentences(made: Distilled) -> list[str]:
    """Return what the test rows say of the student against its teacher, and what it learned from."""
    found, rows = made.comparison, len(made.dataset.test)
    shown = f"95% interval {found.low:+.3f} to {found.high:+.3f}"
    is_number = made.dataset.task is REGRESSION
    said = f"On the {rows:,} test rows, the student is " + (
        f"closer on {found.only_first} and farther off on {found.only_second} than the teacher: "
        if is_number
        else f"right on {found.only_first} where the teacher is wrong, and wrong on {found.only_second} where that is "
        "right: "
    )
    if found.is_shown:
        said += f"it is {'better' if found.gain > 0 else 'worse'} by {abs(found.gain):.3f} {made.metric} ({shown})."
    else:
        said += f"no difference in {made.metric} is shown ({found.gain:+.3f}, {shown})."
    what, at = ("numbers", "") if is_number else ("probabilities", f" at temperature {made.temperature:g}")
    learned = (
        f"It learned the teacher's {what} of {made.labelled:,} training texts and {made.unlabeled:,} further "
        f"texts{at}, in {made.seconds:.0f} s."
    )
    left = [f"For {made.left:,} more texts the teacher had no time."] if made.left else []
    return [said, learned, *left, *filter(None, [made.doubt])]


def distilled_json(made: Distilled) -> dict[str, Json]:
    """Return all about a student and its teacher but where the student lies; its folder has it as `automl.json`."""
    return {
        "study": made.study,
        "metric": made.metric,
        "task": made.dataset.task.name,
        "label_names": made.dataset.label_names,
        "parameters": dict(made.parameters),
        "distilled_from": {
            "teacher": str(made.teacher_folder),
            "into": made.into,
            "temperature": made.temperature,
            "training_texts": made.labelled,
            "further_texts": made.unlabeled,
            "seconds": made.seconds,
        },
        "scores": {
            "handed_over": _scores(made.student),
            "teacher": _scores(made.teacher),
        },
        "costs": {
            name: {"latency_ms": model.latency_ms, "megabytes": model.megabytes}
            for name, model in (("student", made.student), ("teacher", made.teacher))
        },
        "comparisons": {"teacher": asdict(made.comparison)},
        "doubt": made.doubt,
        "data": {
            "fingerprint": made.dataset.fingerprint,
            **({} if made.dataset.read is None else data_facts(made.dataset.read)),
        },
    }


def student_card(made: Distilled, kind: str | None, pair: tuple[str, str] | None = None) -> str:
    """Return the text of `README.md` for the folder of a student.

    Args:
        made: the student and its teacher.
        kind: format of a classifier that transformers cannot load; None: it can.
        pair: names of the two text columns that it reads as a pair; None if it reads a text.
    """
    own, written = example_inputs(made.dataset.form, pair)
    code = _PIPELINE.replace(EXAMPLE_TEXTS, written) if kind is None else _OWN.replace(EXAMPLE_TEXTS, own)
    data = "" if made.dataset.read is None else f"## Data\n\n{data_card(made.dataset.read, pair)}\n\n"
    library = "transformers" if kind is None else "transformer-automl"
    learned = "numbers" if made.dataset.task is REGRESSION else "probabilities"
    rows = "\n".join(f"| {' | '.join(row)} |" for row in _rows(made))
    parameters = "\n".join(f"| {name} | {value} |" for name, value in made.parameters.items())
    sentences = "\n\n".join(distilled_sentences(made))
    return f"""---
library_name: {library}
pipeline_tag: text-classification
tags:
- text-classification
- transformer-automl
- distillation
---

# {" ".join(made.study.split())}

{described(made.dataset.task, made.dataset.label_names)} It is a student ({made.into}) of the model in
`{made.teacher_folder}`: `automl distill` trained it on the {learned} that this one gives.

## Use

```python
{code}
```

For a file: `automl predict path/to/this/folder --input new.csv --output out.csv`

{data}## Scores

{sentences}

| | teacher | student |
|---|---:|---:|
{rows}

Latency is of one text, on the machine that distilled. Brackets hold 95% intervals.

## Parameters

| parameter | value |
|---|---:|
{parameters}

The file `automl.json` beside this card has all of this in machine-readable form, with the versions.
"""


def _rows(made: Distilled) -> Iterator[tuple[str, str, str]]:
    its, own = made.teacher, made.student
    for name in dict.fromkeys((made.metric, made.dataset.task.shown_metric, made.dataset.task.loss_metric)):
        if name in its.test:
            yield f"test {name}", _cell(its, name), _cell(own, name)
    yield "latency of 1 text, ms", f"{its.latency_ms:.2f}", f"{own.latency_ms:.2f}"
    yield "size, MB", f"{its.megabytes:.1f}", f"{own.megabytes:.1f}"


def _cell(model: MeasuredModel, name: str) -> str:
    ends = model.intervals.get(name)
    return f"{model.test[name]:.3f}" + ("" if ends is None else f" ({ends[0]:.3f} - {ends[1]:.3f})")


def _scores(model: MeasuredModel) -> dict[str, Json]:
    return {
        "validation": dict(model.validation),
        "test": dict(model.test),
        "test_intervals": {name: list(ends) for name, ends in model.intervals.items()},
    }
