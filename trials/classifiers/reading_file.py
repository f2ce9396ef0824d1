"""The file beside a model of transformers that says how it reads texts, if that is not how any tool reads them."""

import json
from pathlib import Path

from trials.classifiers.ensemble import KIND as ENSEMBLE
from trials.classifiers.ensemble import MEMBERS
from trials.data.encoding import Reading
from trials.errors import ClassifierError
from trials.files import read_facts, read_kind

READING = "reading.json"


def write_reading(folder: Path, reading: Reading) -> None:
    """Write how a model reads texts into its folder, unless any tool reads them so.

    Args:
        folder: the folder of the model, which exists.
        reading: how it reads texts.
    """
    if not reading.is_plain:
        (folder / READING).write_text(json.dumps(reading.facts()) + "\n", encoding="utf-8")


def read_reading(folder: Path, longest: int) -> Reading:
    """Return how the model in a folder reads texts.

    Args:
        folder: the folder of the model.
        longest: its maximum number of tokens, if no file says more.

    Raises:
        ClassifierError: the file is damaged.
    """
    path = folder / READING
    try:
        return Reading.of_facts(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Reading(longest)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ClassifierError(f"how the model reads texts cannot be read from {str(path)!r}: {error!r}") from error


def pair_read_by(folder: Path) -> tuple[str, str] | None:
    """Return the two text columns that the model in `folder`, or a member of it, tells apart; None if none does.

    It reads them as a pair, or each by itself.

    Raises:
        ClassifierError: a file of the model is damaged.
    """
    if (kind := read_kind(folder)) is None:
        return read_reading(folder, longest=0).pair
    facts = read_facts(folder)
    if kind == ENSEMBLE:
        pairs = (pair_read_by(folder / MEMBERS / Path(name).name) for name in facts.get("members", ()))
        return next(filter(None, pairs), None)
    pair = facts.get("pair")
    return None if pair is None else (pair[0], pair[1])
