import numpy as np
import torch

from tests.trials.toy import toy_dataset
from trials.data.encoding import collate
from trials.training.static_steps.device_split import DeviceSplit

SPLIT = toy_dataset().train


def test_batches_are_those_of_the_cpu_padded_further():
    split = DeviceSplit(SPLIT, torch.device("cpu"))
    rows = np.array([len(SPLIT) - 1, 0, 7, 7])
    expected = collate(SPLIT, rows)
    longest = expected.tokens.shape[1]
    tokens, mask = split.batch(torch.from_numpy(rows), 32)
    assert np.array_equal(tokens[:, :longest], expected.tokens)
    assert np.array_equal(mask[:, :longest], expected.mask)
    assert not mask[:, longest:].any()
    assert (tokens[:, longest:] == SPLIT.padding_id).all()
    assert np.array_equal(split.labels[torch.from_numpy(rows)], expected.labels)
