"""The folder with a trial's best model, complete at every moment."""

import filecmp
import shutil
from pathlib import Path

from tokenizers import Tokenizer
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from trials.classifiers.subnet import KIND, facts_of
from trials.data import EncodedDataset
from trials.files import ARRAYS, ENCODER, refusals_of, restore, staging_of, swap_in, write_facts, write_tensors
from trials.pretrained import kept_heads, merged_weights, padded_weights, pads_heads

WEIGHTS = "model.safetensors"


class ModelCheckpoint:
    """Writes a folder that `transformers.pipeline("text-classification", model=folder)` can load.

    A model that no config of transformers describes is written in the format of `trials.classifiers.subnet`.

    Everything is first written beside the folder. If the folder already has the same config and tokenizer, as for a
    resumed trial, only the weights are moved into it, in one atomic move. So a kill leaves a complete checkpoint or,
    before the first save, none.
    """

    def __init__(self, folder: Path, data: EncodedDataset) -> None:
        """Remove what an interrupted save has left beside the folder.

        Args:
            folder: the folder of the checkpoint.
            data: the encoded data, which gives tokenizer, label names and maximum length.

        Raises:
            CheckpointError: the disk rejects the change.
        """
        self._folder = folder
        self._data = data
        self._written = False
        with refusals_of(folder):
            restore(folder)

    @property
    def exists(self) -> bool:
        """Whether the folder has a model, of this attempt or an earlier one."""
        return any((self._folder / name).is_file() for name in (WEIGHTS, ARRAYS))

    def save(self, model: PreTrainedModel) -> None:
        """Replace the model in the folder by `model`: config, fp32 weights, tokenizer, label names.

        Raises:
            CheckpointError: the disk rejects the write; the folder is unchanged.
        """
        staging = staging_of(self._folder)
        with refusals_of(self._folder):
            try:
                self._save(model, staging)
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def _save(self, model: PreTrainedModel, staging: Path) -> None:
        weights_by_name, heads = merged_weights(model), kept_heads(model)
        if pads_heads(model):
            weights_by_name, heads = padded_weights(model, weights_by_name), None
        weights, described = (WEIGHTS, staging) if heads is None else (ARRAYS, staging / ENCODER)
        described.mkdir(parents=True, exist_ok=True)
        # Not `model.save_pretrained`: that draws a progress bar each time.
        write_tensors(staging / weights, weights_by_name, {"format": "pt"})
        if not self._written:
            _write_config(model, described)
            build_tokenizer(self._data).save_pretrained(described)
            if heads is not None:
                write_facts(staging, KIND, facts_of(heads, self._data.label_names, self._data.max_length))
        if self._written or _differ_only_in(weights, staging, self._folder):
            (staging / weights).replace(self._folder / weights)
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


def _differ_only_in(weights: str, staging: Path, folder: Path) -> bool:
    files = (path.relative_to(staging) for path in staging.rglob("*") if path.is_file())
    names = sorted(str(name) for name in files if str(name) != weights)
    same, _, _ = filecmp.cmpfiles(staging, folder, names, shallow=False)
    return sorted(same) == names
