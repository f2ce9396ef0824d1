"""The folder with a trial's best model, complete at every moment."""

import filecmp
import shutil
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from trials.classifiers.reading_file import write_reading
from trials.classifiers.subnet import KIND, facts_of
from trials.data import EncodedDataset
from trials.data.encoding import Reading
from trials.errors import PretrainedError
from trials.files import (
    ARRAYS,
    ENCODER,
    THRESHOLDS,
    VALIDATION_LOGITS,
    refusals_of,
    restore,
    staging_of,
    swap_in,
    write_facts,
    write_tensors,
    write_thresholds,
    write_validation_logits,
)
from trials.metrics import Logits
from trials.pretrained import kept_heads, merged_weights, padded_weights, pads_heads, rescaled, tempered
from trials.tasks import UNSCALED, task_of

WEIGHTS = "model.safetensors"


class ModelCheckpoint:
    """Writes a folder that `transformers.pipeline("text-classification", model=folder)` can load.

    A model that no config of transformers describes is written in the format of `trials.classifiers.subnet`.

    Everything is first written beside the folder. If the folder already has the same config and tokenizer, as for a
    resumed trial, only the logits of the validation rows and then the weights are moved into it, each in one atomic
    move. So a kill leaves a complete checkpoint or, before the first save, none; logits that came without their weights
    are not read.
    """

    def __init__(self, folder: Path, data: EncodedDataset, head: str | None = None) -> None:
        """Remove what an interrupted save has left beside the folder.

        Args:
            folder: the folder of the checkpoint.
            data: the encoded data, which gives tokenizer, label names and maximum length; its training labels give the
                scale of a model of numbers.
            head: name of the layer whose outputs are the logits of the model; None if it has none that is known.

        Raises:
            CheckpointError: the disk rejects the change.
            PretrainedError: labels are numbers, and the head is unknown.
        """
        self._folder = folder
        self._data = data
        self._head = head
        self._reading = data.reading or Reading(data.max_length)
        self._written = False
        self._scale = task_of(data.train.labels).scale(data.train.labels)
        if head is None and self._scale != UNSCALED:
            raise PretrainedError(
                "the last layer of a model of numbers must be found, so that it can be written on the scale of the "
                "data, but this checkpoint has none that is known; start from another one"
            )
        with refusals_of(folder):
            restore(folder)

    @property
    def exists(self) -> bool:
        """Whether the folder has a model, of this attempt or an earlier one."""
        return any((self._folder / name).is_file() for name in (WEIGHTS, ARRAYS))

    def save(
        self,
        model: PreTrainedModel,
        temperature: float = 1.0,
        validation: Logits | None = None,
        thresholds: tuple[float, ...] = (),
    ) -> None:
        """Replace the model in the folder by `model`: config, fp32 weights, tokenizer, label names.

        Args:
            model: the model, which is not changed.
            temperature: by which the logits of the saved model are divided; 1 if the head is unknown.
            validation: outputs of the saved model for all validation rows; None, or an unknown head, keeps none.
            thresholds: the probability from which on a text gets each label; empty for one label a text.

        Raises:
            CheckpointError: the disk rejects the write; the folder is unchanged.
        """
        staging = staging_of(self._folder)
        with refusals_of(self._folder):
            try:
                self._save(model, staging, temperature, validation, thresholds)
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def _save(
        self,
        model: PreTrainedModel,
        staging: Path,
        temperature: float,
        validation: Logits | None,
        thresholds: tuple[float, ...],
    ) -> None:
        is_padded = pads_heads(model)
        heads = None if is_padded else kept_heads(model)
        weights, described = (WEIGHTS, staging) if heads is None else (ARRAYS, staging / ENCODER)
        described.mkdir(parents=True, exist_ok=True)
        # Not `model.save_pretrained`: that draws a progress bar each time.
        tensors = merged_weights(model)
        if is_padded:
            tensors = padded_weights(model, tensors)
        if self._head is not None:
            tensors = tempered(tensors, self._head, temperature)
            if self._scale != UNSCALED:
                tensors = rescaled(tensors, self._head, self._scale)
        write_tensors(staging / weights, tensors, {"format": "pt"})
        moved = [weights]
        if validation is not None and self._head is not None:
            changing = f"{self._head}.weight"
            if write_validation_logits(staging, validation, staging / weights, changing):
                moved = [VALIDATION_LOGITS, weights]
        if thresholds:
            write_thresholds(staging, thresholds)
            moved.insert(0, THRESHOLDS)
        if not self._written:
            _write_config(model, described)
            build_tokenizer(self._data).save_pretrained(described)
            if heads is None:
                write_reading(staging, self._reading)
            else:
                write_facts(staging, KIND, facts_of(heads, self._data.label_names, self._reading))
        if self._written or _differ_only_in(moved, staging, self._folder):
            for name in moved:
                (staging / name).replace(self._folder / name)
        else:
            swap_in(self._folder)
        self._written = True


def _write_config(model: PreTrainedModel, folder: Path) -> None:
    """Write `config.json` as `model.save_pretrained` does: with the class and the number format of the weights."""
    model.config.architectures = [type(model).__name__]
    model.config.dtype = model.dtype
    model.config.save_pretrained(folder)


def build_tokenizer(data: EncodedDataset) -> PreTrainedTokenizerFast:
    """Return the transformers tokenizer that encodes as the texts of `data` were encoded."""
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(data.tokenizer),
        model_max_length=data.max_length,
        model_input_names=["input_ids", "attention_mask"],
        **data.specials,
    )


def _differ_only_in(names_of_new: Sequence[str], staging: Path, folder: Path) -> bool:
    files = (str(path.relative_to(staging)) for path in staging.rglob("*") if path.is_file())
    names = sorted(name for name in files if name not in names_of_new)
    same, _, _ = filecmp.cmpfiles(staging, folder, names, shallow=False)
    return sorted(same) == names
