"""What every contender trains: one data set, one point of the space, from the same first weights."""

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from transformers import PreTrainedModel

from search_spaces import SPACES, Point, Space
from trials.data import DataOptions, EncodedDataset, load_dataset
from trials.data.encoding import choose_max_length, encode
from trials.models import build_model


@dataclass(frozen=True)
class Task:
    """A data set in token ids, and the default point of the space with another `encoder`."""

    source: str
    encoder: str
    data: EncodedDataset
    point: Point

    def model(self) -> PreTrainedModel:
        """The model with fresh weights, the same ones each time."""
        torch.manual_seed(0)
        return build_model(
            self.point.architecture,
            vocabulary_size=self.data.vocabulary_size,
            max_length=self.data.max_length,
            label_names=self.data.label_names,
        )


def load_task(source: str, encoder: str, cache: Path, length: int | None = None) -> Task:
    """The task on the corpus `source`, tokenized once for all processes that share `cache`.

    Of a text `length` tokens are kept, or as many as a search would keep.
    """
    space = Space("encoder", SPACES["encoder"])
    point = space.replay({**space.defaults(), "architecture.encoder": encoder})
    dataset = load_dataset(DataOptions(source=source)).dataset
    data = encode(dataset, point.text, length or choose_max_length(dataset), cache)
    optimizer = replace(point.optimizer, schedule="linear", warmup_share=0.0)  # as the Trainer of transformers has it
    return Task(source, encoder, data, replace(point, optimizer=optimizer))
