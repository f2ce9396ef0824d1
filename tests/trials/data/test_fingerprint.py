import numpy as np

from trials.data.dataset import Split
from trials.data.fingerprint import fingerprint

PARTS = (("a", "b"), [Split(("one", "two"), np.array([0, 1])), Split(("three",), np.array([0]))])


def test_equal_content_has_an_equal_fingerprint_of_sha_256():
    assert fingerprint(*PARTS) == fingerprint(("a", "b"), list(PARTS[1]))
    assert len(fingerprint(*PARTS)) == 64


def test_groups_count_and_data_without_them_keep_their_fingerprint():
    without = "f408b26ec8796062fd1988cdba7ca78f1e37f57c9656f2b50a33bda50ffda580"
    assert fingerprint(*PARTS) == without
    first, second = (fingerprint(*PARTS, groups=np.array(groups)) for groups in ([0, 0, 1], [0, 1, 1]))
    assert len({without, first, second}) == 3


def test_every_part_counts():
    one, other = PARTS[1]
    changed = [
        (("a", "c"), [one, other]),
        (("ab", ""), [one, other]),
        (("a", "b"), [Split(("onet", "wo"), one.labels), other]),
        (("a", "b"), [Split(one.texts, np.array([1, 0])), other]),
        (("a", "b"), [Split(("one",), np.array([0])), Split(("two", "three"), np.array([1, 0]))]),
        (("a", "b"), [other, one]),
    ]

    assert len({fingerprint(*parts) for parts in [PARTS, *changed]}) == 1 + len(changed)
