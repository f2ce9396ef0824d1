"""The data that all contenders read: splits as JSON lines, and one tokenizer, made once and not on anybody's clock."""

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.search.space import VOCABULARY_SIZE
from trials.data import END, MASK, PADDING, START, UNKNOWN, DataOptions, Split, TextDataset, load_dataset
from trials.data.encoding import choose_max_length, learn_tokenizer

SPLITS = ("train", "validation", "test")
TOKENIZER = "tokenizer"


@dataclass(frozen=True)
class Corpus:
    """Data on disk, named for its folder. `train_rows` is the size of the training split."""

    folder: Path
    train_rows: int
    max_length: int

    @property
    def name(self) -> str:
        """How results name it."""
        return self.folder.name


@dataclass(frozen=True)
class Rows:
    """Texts and the numbers of their labels."""

    texts: list[str]
    labels: list[int]


def prepare(name: str, folder: Path) -> Corpus:
    """Writes the splits of the corpus `name` and its tokenizer to `folder`."""
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415 - only here; contenders read splits without it

    dataset = load_dataset(DataOptions(source=name)).dataset
    folder.mkdir(parents=True)
    for split in SPLITS:
        _write(folder / f"{split}.jsonl", getattr(dataset, split), dataset)
    (folder / "labels.json").write_text(json.dumps(dataset.label_names))
    max_length = choose_max_length(dataset)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=learn_tokenizer(dataset.train.texts, VOCABULARY_SIZE, max_length),
        model_max_length=max_length,
        pad_token=PADDING,
        unk_token=UNKNOWN,
        cls_token=START,
        sep_token=END,
        mask_token=MASK,
    )
    tokenizer.save_pretrained(folder / TOKENIZER)
    return Corpus(folder, len(dataset.train), max_length)


def label_names(folder: Path) -> tuple[str, ...]:
    """The names of the labels, in the order of their numbers."""
    return tuple(json.loads((folder / "labels.json").read_text()))


def read_rows(folder: Path, split: str) -> Rows:
    """One of `SPLITS`."""
    numbers = {name: number for number, name in enumerate(label_names(folder))}
    rows = [json.loads(line) for line in (folder / f"{split}.jsonl").read_text().splitlines()]
    return Rows([row["text"] for row in rows], [numbers[row["label"]] for row in rows])


def _write(path: Path, split: Split, dataset: TextDataset) -> None:
    rows = zip(split.texts, split.labels, strict=True)
    path.write_text(
        "".join(json.dumps({"text": text, "label": dataset.label_names[label]}) + "\n" for text, label in rows)
    )
