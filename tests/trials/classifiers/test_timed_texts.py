"""Latency is measured with texts of the validation split, as users pass them."""

from dataclasses import replace

import numpy as np

from tests.trials.toy import LABELS, toy_dataset, toy_texts
from trials.classifiers.timed_texts import TEXTS, latency_texts
from trials.data import RowForm
from trials.data.dataset import Split, TextDataset

NAMES = ("latency_ms", "bytes")


def test_texts_are_read_back_from_their_tokens():
    found = latency_texts(NAMES, toy_dataset())
    assert 0 < len(found) <= TEXTS
    assert set(found) <= set(toy_texts(30, 1)[0])


def test_plain_texts_are_taken_evenly_from_all_of_the_split():
    many = Split(tuple(f"text {n}" for n in range(630)), np.zeros(630, dtype=np.int64))
    data = TextDataset("many", LABELS, many, many, many, "f" * 64)
    found = latency_texts(NAMES, data)
    assert len(found) == TEXTS and found[0] == "text 0" and found[-1] == "text 629"


def test_there_are_none_where_no_time_is_measured():
    assert latency_texts(("bytes", "parameters"), toy_dataset()) == []


def test_two_columns_that_are_read_apart_are_joined_as_users_pass_them():
    data, form = toy_dataset(), RowForm(text=("title", "body"))
    alone = latency_texts(NAMES, data)
    both = latency_texts(NAMES, replace(data, second=data, form=form))
    assert both == [form.text_of({"title": text, "body": text}) for text in alone]
