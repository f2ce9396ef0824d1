"""A data set of a few words, a small point, and the job to train it: seconds on one core."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from search_spaces import SPACES, Point, Space
from trials.data.dataset import EncodedDataset, EncodedSplit
from trials.data.special_tokens import SPECIAL_TOKENS
from trials.protocol import TrialJob

TOPICS = ("ball", "vote", "film")
FILLER = tuple(f"word{index}" for index in range(12))
LABELS = ("sport", "politics", "culture")
MAX_LENGTH = 24


def toy_tokenizer() -> Tokenizer:
    words = (*SPECIAL_TOKENS, *TOPICS, *FILLER)
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def toy_texts(count: int, seed: int) -> tuple[list[str], list[int]]:
    """Texts of 3 to 20 words, with the word of their topic among them."""
    generator = np.random.default_rng(seed)
    labels = [index % len(TOPICS) for index in range(count)]
    texts = []
    for label in labels:
        words = [str(word) for word in generator.choice(FILLER, size=generator.integers(2, 20))]
        words.insert(int(generator.integers(0, len(words) + 1)), TOPICS[label])
        texts.append(" ".join(words))
    return texts, labels


def encode(texts: list[str], labels: list[int]) -> EncodedSplit:
    tokenizer = toy_tokenizer()
    ids = [tokenizer.encode(text).ids[:MAX_LENGTH] for text in texts]
    arrays = (
        np.concatenate([np.array(row, dtype=np.int32) for row in ids]),
        np.cumsum([0, *map(len, ids)], dtype=np.int64),
        np.array(labels, dtype=np.int64),
    )
    for array in arrays:
        array.flags.writeable = False  # as they come out of Ray's object store
    return EncodedSplit(*arrays)


def toy_dataset() -> EncodedDataset:
    tokenizer = toy_tokenizer()
    return EncodedDataset(
        train=encode(*toy_texts(90, seed=0)),
        validation=encode(*toy_texts(30, seed=1)),
        label_names=LABELS,
        tokenizer=tokenizer.to_str(),
        vocabulary_size=tokenizer.get_vocab_size(),
        max_length=MAX_LENGTH,
    )


def toy_point(encoder: str = "modernbert/mean", **optimizer: float | str) -> Point:
    """The default point of the space `encoder`, made tiny; `optimizer` replaces fields of its optimizer."""
    point = Space("encoder", SPACES["encoder"]).replay(Space("encoder", SPACES["encoder"]).defaults())
    family, _, pooling = encoder.partition("/")
    architecture = replace(point.architecture, family=family, pooling=pooling, depth=1, heads=2, head_width=16)
    return replace(point, architecture=architecture, optimizer=replace(point.optimizer, **optimizer))


def toy_job(folder: Path, point: Point | None = None, **fields: object) -> TrialJob:
    job = TrialJob(
        number=0,
        point=point or toy_point(learning_rate=3e-3),
        seed=7,
        budget_examples=400,
        metric="macro_f1",
        checkpoint=folder / "checkpoint",
        state=folder / "state",
        precision="fp32",
        device="cpu",
    )
    return replace(job, **fields)
