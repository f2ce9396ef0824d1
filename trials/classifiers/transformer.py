"""A text classifier from a folder that `transformers` reads: texts in, logits out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PretrainedConfig
from transformers.utils import logging

from trials.classifiers.reading_file import read_reading
from trials.data.encoding import Reading
from trials.errors import ClassifierError, first_line
from trials.files import TEXTS_AT_ONCE
from trials.hardware import MicroBatches, put_on
from trials.tasks import MULTI_LABEL, REGRESSION

_DATA_ONLY = {"local_files_only": True, "trust_remote_code": False}
"""Arguments for files from an untrusted source: code in them is never run, and weights are safetensors, not pickles."""


class TransformerClassifier:
    """A model with its tokenizer, ready to score, on the GPU if there is one.

    `label_names[i]` is the name of column i of the logits.
    """

    def __init__(self, folder: Path) -> None:
        """Load the model.

        Raises:
            ClassifierError: `folder` does not exist, or holds no text classifier that transformers can load.
        """
        _check_folder(folder)
        try:
            with _no_progress_bar():
                # B615 asks for a pinned revision of a download: these are local files only.
                self._tokenizer = AutoTokenizer.from_pretrained(folder, **_DATA_ONLY)  # nosec B615
                model, report = AutoModelForSequenceClassification.from_pretrained(  # nosec B615
                    folder, use_safetensors=True, output_loading_info=True, **_DATA_ONLY
                )
        except Exception as error:  # a broken file shows as nearly any error, from several libraries
            raise ClassifierError(
                f"the model in {str(folder)!r} must load with transformers, but: {first_line(error)}"
            ) from error
        if report["missing_keys"]:  # transformers only warns, and then draws these weights at random
            raise ClassifierError(
                f"the model in {str(folder)!r} must be a trained text classifier, but it has no weights for: "
                f"{', '.join(sorted(report['missing_keys']))}"
            )
        if len(self._tokenizer) <= len(self._tokenizer.all_special_ids):  # without its files, transformers makes one up
            raise ClassifierError(
                f"the model in {str(folder)!r} must have its tokenizer, but the one there has no words; "
                "save it beside the model, as tokenizer.json"
            )
        _check_one_output(folder, model.config)
        self._device = put_on(model, torch.device("cuda" if torch.cuda.is_available() else "cpu"))
        self._model = model.eval()
        self._parts = MicroBatches()
        self._reading = read_reading(folder, _max_length(self._tokenizer.model_max_length, model.config))
        self.label_names = tuple(model.config.id2label[index] for index in range(model.config.num_labels))

    @property
    def reads_plainly(self) -> bool:
        """Whether it reads texts as they are, cut at their ends."""
        return self._reading.is_plain

    def parts(self) -> tuple[torch.nn.Module, str, int, Reading]:
        """Return the model, its tokenizer as JSON, the id of padding, and how texts become tokens."""
        return self._model, self._tokenizer.backend_tokenizer.to_str(), self._tokenizer.pad_token_id, self._reading

    @torch.inference_mode()
    def logits(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the logits of each text, in the order of the texts: shape (n, classes).

        Long texts are truncated to the model's limit.

        Batches are sorted by length over all the texts given, so the more texts a call has, the less padding it costs.
        """
        logits = np.zeros((len(texts), len(self.label_names)))
        if not texts:
            return logits
        # No padding yet: `pad` below pads each batch to its own longest text.
        valid = [text.encode("utf-8", "replace").decode() for text in texts]  # JSON may hold half a surrogate pair
        encoded = self._encoded(valid)
        order = np.argsort([len(ids) for ids in encoded["input_ids"]], kind="stable")
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            logits[rows] = self._parts.fit(len(rows), partial(self._logits_of, encoded, rows))
        return logits

    def _encoded(self, texts: Sequence[str]) -> Mapping[str, list[list[int]]]:
        if self._reading.is_plain:  # what `pipeline` does
            return self._tokenizer(texts, truncation=True, max_length=self._reading.longest)  # type: ignore[no-any-return]
        ids = list(self._reading.encode(self._tokenizer.backend_tokenizer, texts))
        return {"input_ids": ids, "attention_mask": [[1] * len(each) for each in ids]}

    def _logits_of(
        self, encoded: Mapping[str, list[list[int]]], rows: NDArray[np.int64], parts: int
    ) -> NDArray[np.float64]:
        """Return the logits of some of the texts, computed in `parts` parts."""
        found = []
        for part in np.array_split(rows, parts):
            batch = {name: [values[row] for row in part] for name, values in encoded.items()}
            padded = self._tokenizer.pad(batch, return_tensors="pt").to(self._device)
            found.append(self._model(**padded).logits.double().cpu().numpy())
        return np.concatenate(found)


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    """Hide the progress bar of loading, which would appear between our own messages."""
    enabled = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if enabled:
            logging.enable_progress_bar()


def _check_one_output(folder: Path, config: PretrainedConfig) -> None:
    """Refuse a model whose one output may be a number or a probability, which `pipeline` would make of it."""
    if config.num_labels == 1 and config.problem_type not in {REGRESSION.problem_type, MULTI_LABEL.problem_type}:
        raise ClassifierError(
            f"the config.json of the model in {str(folder)!r}, which has one output, must say what it is, with the "
            f"problem_type {REGRESSION.problem_type!r} (a number) or {MULTI_LABEL.problem_type!r} (a label, or none), "
            f"not {config.problem_type!r}"
        )


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise ClassifierError(
            f"the model must be a folder that exists, not {str(folder)!r}; "
            "a search writes its winner to <workspace>/<study>/best"
        )
    if not (folder / "config.json").is_file():
        raise ClassifierError(
            f"the model folder must hold a config.json, and {str(folder)!r} does not; "
            "a search writes its winner to <workspace>/<study>/best"
        )


def _max_length(tokenizer_limit: int, config: object) -> int:
    """Return the number of tokens to which a text is truncated.

    A tokenizer without a limit has 1e30, and then the model's positions are the limit.
    """
    positions: int | None = getattr(config, "max_position_embeddings", None)
    return tokenizer_limit if positions is None else min(tokenizer_limit, positions)
