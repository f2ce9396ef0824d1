"""The lengths to which batches are padded on a GPU: few, so that each can have a graph of its own."""

from transformers import PreTrainedConfig

BUCKETS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""Each is at most one and a half times the one before, so padding costs little; all are multiples of 8, by which
kernels read masks."""

MULTIPLE = 8


def bucket_of(length: int, most: int) -> int:
    """Return the length to which a batch is padded.

    Args:
        length: tokens of its longest text.
        most: the largest length, as `longest_bucket` gives it; at least `length`.
    """
    fitting = (bucket for bucket in BUCKETS if bucket >= length)
    return min(next(fitting, -(-length // BUCKETS[-1]) * BUCKETS[-1]), max(most, length))


def longest_bucket(length: int, config: PreTrainedConfig) -> int:
    """Return the largest length of a batch: that of the longest text, rounded up as far as the model has positions.

    Args:
        length: tokens of the longest text.
        config: config of the model.
    """
    rounded = -(-length // MULTIPLE) * MULTIPLE
    positions = getattr(config, "max_position_embeddings", None)
    return max(length, rounded if not isinstance(positions, int) or positions <= 0 else min(rounded, positions))
