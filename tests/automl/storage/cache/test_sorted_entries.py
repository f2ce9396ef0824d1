"""Entries stay in order whatever comes, changes and goes."""

import random

from automl.storage.cache.sorted_entries import SortedEntries


def test_entries_are_in_order_whatever_happens():
    dice, ordered, expected = random.Random(0), SortedEntries(), {}
    for _ in range(2000):
        number = dice.randrange(60)
        entry = dice.choice([None, dice.randrange(20), dice.random()])
        ordered.put(number, entry)
        expected[number] = entry
        assert ordered.entries == sorted(entry for entry in expected.values() if entry is not None)
