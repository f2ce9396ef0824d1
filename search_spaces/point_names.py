"""Says in a few words what a point is, from its parameters: `finetune minilm lr 2e-4`, `encoder d4 h8 lr 1e-3`."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from search_spaces.blocks import CHECKPOINT
from search_spaces.dimension import Value
from search_spaces.point import ANY_LENGTH
from search_spaces.space import ALGORITHM

_Term: TypeAlias = tuple[str, Callable[[Value], str]]
"""The end of a parameter's name, and what is said of its value; empty: nothing."""

LONGEST_CHECKPOINT = 24
"""Characters of a checkpoint's name that are shown."""

LONGEST_NAME = 100
"""Characters of the name of a point of a space of your own, whose values may be of any length."""


def _plain(form: str) -> Callable[[Value], str]:
    return lambda value: form.format(short_number(value))


def _share(usual: float, form: str) -> Callable[[Value], str]:
    """Say a share in percent, and nothing of the `usual` one."""
    return lambda value: "" if value == usual or isinstance(value, str) else form.format(f"{value:.0%}")


def _if_any(form: str) -> Callable[[Value], str]:
    return lambda value: form.format(short_number(value)) if value else ""


def _checkpoint(value: Value) -> str:
    name = str(value).rstrip("/").rpartition("/")[2]
    return name if len(name) <= LONGEST_CHECKPOINT else f"{name[: LONGEST_CHECKPOINT - 1]}…"


USUAL = 256
"""Tokens of a text up to which nothing is said of them."""

_READINGS: Mapping[Value, str] = {"windows": "windows", "pair": "pair", "apart": "apart"}

_FROM: _Term = (CHECKPOINT, _checkpoint)
_TOKENS: _Term = ("text.longest", lambda value: f"{value} tokens" if value in range(USUAL + 1, ANY_LENGTH) else "")
_READING: _Term = ("text.reading", lambda value: _READINGS.get(value, ""))
_RATE: _Term = ("optimizer.learning_rate", _plain("lr {}"))
_TEXT: tuple[_Term, ...] = (_READING, _TOKENS)
_STAGE: _Term = ("pretraining.epochs", _if_any("mlm {}"))
_PROBE: tuple[_Term, ...] = (
    ("features.layers", _plain("layers {}")),
    ("classifier.hidden", _if_any("hidden {}")),
    ("classifier.penalty", _plain("penalty {}")),
)

_TERMS: Mapping[str, tuple[_Term, ...]] = {
    "linear": (
        ("text.characters", lambda value: "word+char" if value else "word"),
        _READING,
        ("classifier.inverse_penalty", _plain("C {}")),
    ),
    "probe": (_FROM, _READING, *_PROBE),
    "large_probe": (("features.checkpoint", _checkpoint), _READING, *_PROBE),
    "subnet": (_FROM, *_TEXT, ("architecture.depth_share", _share(1, "{} of layers")), _RATE, _STAGE),
    "trimmed": (
        _FROM,
        *_TEXT,
        ("architecture.depth_share", _share(1, "{} of layers")),
        ("architecture.heads_share", _share(1, "{} of heads")),
        _RATE,
    ),
    "finetune": (_FROM, *_TEXT, ("architecture.frozen_share", _share(0, "{} frozen")), _RATE, _STAGE),
    "lora": (_FROM, *_TEXT, ("adapter.rank", _plain("r{}")), _RATE, _STAGE),
    "encoder": (
        _TOKENS,
        ("architecture.depth", _plain("d{}")),
        ("architecture.heads", _plain("h{}")),
        _RATE,
        _STAGE,
    ),
}
"""What is said of the points of an algorithm, in this order."""

_MARKS = {
    "text.words": "linear",
    "features.checkpoint": "large_probe",
    "features.layers": "probe",
    "adapter.rank": "lora",
    "architecture.frozen_share": "finetune",
    "architecture.feed_forward_share": "subnet",
    "architecture.heads_share": "trimmed",
    "architecture.depth": "encoder",
}
"""The algorithm of a space that has only one, by a parameter that no algorithm further down has."""


def algorithm_of(params: Mapping[str, Value]) -> str:
    """Return the algorithm of a point, such as `finetune`; empty if its parameters are those of no built-in space.

    Args:
        params: parameters by name.
    """
    if ALGORITHM in params:
        return str(params[ALGORITHM])
    return next((algorithm for name, algorithm in _MARKS.items() if name in params), "")


def point_name(params: Mapping[str, Value], *, with_checkpoint: bool = True) -> str:
    """Return what a point is: its algorithm and what matters most of its parameters.

    Args:
        params: parameters by name.
        with_checkpoint: whether to name the checkpoint that it starts from.

    Returns:
        A few words, such as `finetune minilm lr 2e-4`; for a point of a space of your own, its first parameters.
    """
    algorithm = algorithm_of(params)
    if algorithm not in _TERMS:
        first = [f"{name.rpartition('.')[2]} {short_number(value)}" for name, value in list(params.items())[:3]]
        name = ", ".join(first) or "point"
        return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    terms = [(name, say) for name, say in _TERMS[algorithm] if with_checkpoint or say is not _checkpoint]
    values = ((_value(params, algorithm, name), say) for name, say in terms)
    words = [say(value) for value, say in values if value is not None]
    return " ".join([algorithm.replace("_", " "), *filter(None, words)])


def named_parameters(params: Mapping[str, Value]) -> frozenset[str]:
    """Return the names of the parameters whose values `point_name` may say.

    Args:
        params: parameters by name.
    """
    algorithm = algorithm_of(params)
    if algorithm not in _TERMS:
        return frozenset(list(params)[:3])
    names = [name for name, _ in _TERMS[algorithm]]
    return frozenset({ALGORITHM, *names, *(f"{algorithm}.{name}" for name in names)})


def short_number(value: Value) -> str:
    """Return a value with at most two significant digits if it is a float: `2e-4`, `0.05`, `10`.

    Args:
        value: value of a parameter.
    """
    if not isinstance(value, float):
        return str(value)
    if value == 0 or 0.01 <= abs(value) < 1000:
        return f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"
    digits, _, exponent = f"{value:.1e}".partition("e")
    return f"{digits.removesuffix('.0')}e{int(exponent)}"


def _value(params: Mapping[str, Value], algorithm: str, name: str) -> Value | None:
    return params.get(f"{algorithm}.{name}", params.get(name))
