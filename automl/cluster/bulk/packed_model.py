"""A model folder in memory, to be sent to machines that share no disk."""

import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from automl.export import load_classifier, set_up_own_process
from trials.files import TextClassifier


def packed_model(folder: Path) -> NDArray[np.uint8]:
    """Return the files of a model folder as one array of bytes, which Ray's object store shares without a copy.

    Args:
        folder: the folder; what it links to is packed, too.
    """
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w", dereference=True) as archive:
        archive.add(folder, arcname=".")
    return np.frombuffer(stream.getbuffer(), dtype=np.uint8)


def unpacked_classifier(model: NDArray[np.uint8]) -> TextClassifier:
    """Return the classifier in what `packed_model` returned, onto the GPU of this process if it has one.

    Args:
        model: the bytes.

    Raises:
        UsageError: it cannot be read.
    """
    with TemporaryDirectory(prefix="automl-model-") as folder:
        with tarfile.open(fileobj=BytesIO(model.data), mode="r") as archive:
            archive.extractall(folder, filter="data")
        classifier = load_classifier(folder)
        set_up_own_process()
        return classifier
