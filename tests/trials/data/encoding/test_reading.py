from pathlib import Path

import pytest
from transformers import AutoTokenizer

from search_spaces import PretrainedText
from tests.trials.pretrained.checkpoints import WORDS
from tests.trials.toy import toy_texts
from trials.data.columns import RowForm
from trials.data.encoding.reading import MOST_WINDOWS, Reading, reading_of
from trials.hub import locate, read_tokenizer

NAMES = ("premise", "hypothesis")


def ids(folder: Path, reading: Reading, texts: list[str]) -> list[list[int]]:
    return list(reading.encode(read_tokenizer(folder).tokenizer, texts))


@pytest.mark.parametrize("length", [3, 8, 200])
@pytest.mark.parametrize("name", ["minilm", "toy"])
def test_ids_are_those_of_transformers(checkpoint: Path, name: str, length: int) -> None:
    folder = checkpoint if name == "toy" else locate(name)
    texts = [*toy_texts(20, seed=0)[0], "", "Ünïcode, 😀 and\n\tspace", "x" * 3000]
    theirs = AutoTokenizer.from_pretrained(folder)(texts, truncation=True, max_length=length)["input_ids"]
    assert ids(folder, Reading(length), texts) == theirs


@pytest.mark.parametrize("length", [8, 12, 200])
@pytest.mark.parametrize("name", ["minilm", "toy"])
def test_a_pair_has_the_ids_of_transformers_whichever_part_is_long_or_empty(
    checkpoint: Path, name: str, length: int
) -> None:
    folder = checkpoint if name == "toy" else locate(name)
    long, short = " ".join(WORDS[5:15] * 3), WORDS[6]
    pairs = [(long, short), (short, long), (long, long), (short, ""), ("", short), ("", "")]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    theirs = [tokenizer(*pair, truncation=True, max_length=length)["input_ids"] for pair in pairs]
    form = RowForm(NAMES)
    texts = [form.text_of(dict(zip(NAMES, pair, strict=True))) for pair in pairs]
    assert ids(folder, Reading(length, pair=NAMES), texts) == theirs


def test_more_texts_than_are_encoded_at_once_come_in_order(checkpoint: Path) -> None:
    texts = [WORDS[5 + number % 10] for number in range(2345)]
    found = Reading(10).encode(read_tokenizer(checkpoint).tokenizer, iter(texts))
    assert [row[1] for row in found] == [5 + number % 10 for number in range(2345)]


def test_windows_go_from_the_beginning_of_a_text_to_its_end(checkpoint: Path) -> None:
    texts = [" ".join(WORDS[5:15]), WORDS[5], " ".join(WORDS[5:10])]
    (first, *words, last), short, exact = ids(checkpoint, Reading(100), texts)
    cut, *others = ids(checkpoint, Reading(7, windows=2), texts)
    assert cut == [first, *words[:5], last, first, *words[5:], last]
    assert others == [short, exact]
    (three, *_) = ids(checkpoint, Reading(5, windows=3), texts)
    assert [three[0:5], three[10:15]] == [[first, *words[:3], last], [first, *words[-3:], last]]
    assert len(three) == 15


def test_a_reading_is_what_its_facts_say() -> None:
    for reading in (Reading(8), Reading(8, windows=4), Reading(8, pair=NAMES), Reading(8, pair=NAMES, is_apart=True)):
        assert Reading.of_facts(reading.facts()) == reading
    assert Reading(8).facts() == {"longest": 8}


def test_columns_that_are_read_apart_are_texts_of_their_own_also_an_empty_one(checkpoint: Path) -> None:
    reading = Reading(8, pair=NAMES, is_apart=True)
    texts = [RowForm(NAMES).text_of({"premise": WORDS[5], "hypothesis": cell}) for cell in (WORDS[6], "")]
    assert reading.parts(texts) == [[WORDS[5], WORDS[5]], [WORDS[6], ""]]
    assert reading.of_a_part == Reading(8)
    for other in (Reading(8), Reading(8, windows=2), Reading(8, pair=NAMES)):
        assert (other.parts(texts), other.of_a_part) == ([texts], other)


def test_a_point_reads_pairs_only_of_two_columns() -> None:
    text = PretrainedText("minilm", 64, "pair")
    assert reading_of(text, RowForm(NAMES), 64) == Reading(64, pair=NAMES)
    assert reading_of(text, RowForm(("text",)), 64) == Reading(64)
    apart = PretrainedText("minilm", 64, "apart")
    assert reading_of(apart, RowForm(NAMES), 64) == Reading(64, pair=NAMES, is_apart=True)
    assert reading_of(apart, RowForm(("a", "b", "c")), 64) == Reading(64)
    assert reading_of(PretrainedText("minilm", 64), RowForm(NAMES), 64) == Reading(64)
    assert reading_of(PretrainedText("minilm", 64, "windows"), RowForm(("text",)), 64) == Reading(64, MOST_WINDOWS)
