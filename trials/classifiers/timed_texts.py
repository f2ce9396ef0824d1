"""The texts with which the latency of a model is measured.

This module is free of torch, because the driver needs it.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from tokenizers import Tokenizer

from trials.data import EncodedDataset, TrialData
from trials.serving_costs import LATENCIES

TEXTS = 64
"""Number of texts of the validation split that are used, evenly spaced."""


def latency_texts(names: Collection[str], data: TrialData) -> list[str]:
    """Return texts of the validation split; if the trial has only their tokens, they are decoded.

    Args:
        names: the costs that are measured.
        data: the data.

    Returns:
        The texts; none if no latency is among `names`.
    """
    if LATENCIES.isdisjoint(names):
        return []
    split = data.validation
    rows = np.linspace(0, len(split) - 1, min(TEXTS, len(split)), dtype=np.int64)
    if not isinstance(data, EncodedDataset):
        return [data.validation.texts[row] for row in rows]
    if data.second is not None:
        both = zip(latency_texts(names, replace(data, second=None)), latency_texts(names, data.second), strict=True)
        return [data.form.text_of(dict(zip(data.form.text, cells, strict=True))) for cells in both]
    tokenizer, tokens, ends = Tokenizer.from_str(data.tokenizer), data.validation.tokens, data.validation.offsets
    added = {tokenizer.token_to_id(token) for role, token in data.specials.items() if role != "unk_token"}
    ids = ([token for token in tokens[ends[row] : ends[row + 1]].tolist() if token not in added] for row in rows)
    return [tokenizer.decode(text_ids, skip_special_tokens=False) for text_ids in ids]
