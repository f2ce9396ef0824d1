"""A model of numbers: how many times a text says "good", times 10."""

from pathlib import Path

import numpy as np

from search_spaces import Linear, Words
from trials.data import Split
from trials.files import save_classifier
from trials.linear import fit_linear

NUMBER_TEXTS = tuple(f"a {'good ' * (row % 4)}film {'of old' if row % 2 else 'indeed'}" for row in range(40))
NUMBERS = np.array([10.0 * (row % 4) for row in range(40)])


def save_number_model(folder: Path) -> Path:
    """Write the model, whose numbers are called stars, into a folder, and return it."""
    point = Linear(Words(words=1, characters=0, rarest=1, sublinear=False), inverse_penalty=1000.0)
    save_classifier(fit_linear(point, Split(NUMBER_TEXTS, NUMBERS), ("stars",)), folder)
    return folder
