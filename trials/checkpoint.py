"""The folder that holds a trial's best model, complete at every moment."""

import shutil
from pathlib import Path

from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from trials.data.vocabulary import END, MASK, PADDING, START, UNKNOWN

WEIGHTS = "model.safetensors"


class Checkpoint:
    """Writes `folder` so that `transformers.pipeline("text-classification", model=folder)` loads it as it is.

    The first save writes everything beside the folder and moves it into place; later ones replace the weights alone,
    in one atomic move. So a kill leaves a complete checkpoint or, before the first save, none.
    """

    def __init__(self, folder: Path, tokenizer: str, max_length: int) -> None:
        """`tokenizer` is the `tokenizers` JSON; `max_length` goes with it as the longest input, in tokens."""
        self._folder = folder
        self._tokenizer = tokenizer
        self._max_length = max_length
        self._written = False

    def save(self, model: PreTrainedModel) -> None:
        """Makes `model` the one that the folder holds: config, fp32 weights, tokenizer, label names."""
        staging = self._folder.with_name(f".{self._folder.name}.new")
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        # Not `model.save_pretrained`: that draws a progress bar each time.
        save_file(model.state_dict(), staging / WEIGHTS, metadata={"format": "pt"})
        if self._written:
            (staging / WEIGHTS).replace(self._folder / WEIGHTS)
            shutil.rmtree(staging)
        else:
            _write_config(model, staging)
            build_tokenizer(self._tokenizer, self._max_length).save_pretrained(staging)
            _move_into_place(staging, self._folder)
            self._written = True


def _write_config(model: PreTrainedModel, folder: Path) -> None:
    """`config.json` as `model.save_pretrained` completes it: with the class and the number format of the weights."""
    model.config.architectures = [type(model).__name__]
    model.config.dtype = model.dtype
    model.config.save_pretrained(folder)


def build_tokenizer(tokenizer: str, max_length: int) -> PreTrainedTokenizerFast:
    """The transformers tokenizer that encodes as this `tokenizers` JSON does."""
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(tokenizer),
        model_max_length=max_length,
        model_input_names=["input_ids", "attention_mask"],
        pad_token=PADDING,
        unk_token=UNKNOWN,
        cls_token=START,
        sep_token=END,
        mask_token=MASK,
    )


def _move_into_place(staging: Path, folder: Path) -> None:
    """A folder cannot replace one that has files, so an earlier one (of an interrupted run) steps aside first."""
    aside = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        folder.replace(aside)
    staging.replace(folder)
    shutil.rmtree(aside, ignore_errors=True)
