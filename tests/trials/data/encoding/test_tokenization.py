from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer

from search_spaces import PretrainedText, Text
from tests.trials.data.texts import small_dataset, split_of
from tests.trials.pretrained.jobs import dataset as pretrained_dataset
from trials.data.encoding.tokenization import LONGEST, choose_max_length, encode, truncation


@pytest.mark.parametrize("max_length", [16, 64, 1000])
def test_ids_are_those_of_the_tokenizer_itself(max_length):
    dataset = small_dataset()
    encoded = encode(dataset, Text(300), max_length, None)
    tokenizer = Tokenizer.from_str(encoded.tokenizer)
    tokenizer.enable_truncation(max_length)

    for split, given in ((encoded.train, dataset.train), (encoded.validation, dataset.validation)):
        expected = [row.ids for row in tokenizer.encode_batch(list(given.texts))]
        assert [part.tolist() for part in np.split(split.tokens, split.offsets[1:-1])] == expected
        assert split.labels.tolist() == given.labels.tolist()
        assert (split.tokens.dtype, split.offsets.dtype, split.labels.dtype) == (np.int32, np.int64, np.int64)
        assert split.lengths.max() <= max_length


def test_neither_validation_nor_test_teach_the_tokenizer():
    dataset = small_dataset()
    other = replace(dataset, validation=split_of(10, 8), test=split_of(10, 9))

    assert encode(dataset, Text(300), 64, None).tokenizer == encode(other, Text(300), 64, None).tokenizer


def test_the_encoded_data_says_what_it_is():
    encoded = encode(small_dataset(), Text(300), 64, None)

    assert encoded.vocabulary_size == Tokenizer.from_str(encoded.tokenizer).get_vocab_size() <= 300
    assert (encoded.label_names, encoded.max_length) == (("a", "b"), 64)


def test_the_tokenizer_serves_transformers():
    transformers = pytest.importorskip("transformers")
    encoded = encode(small_dataset(), Text(300), 64, None)

    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(encoded.tokenizer), pad_token="[PAD]", unk_token="[UNK]"
    )

    assert fast("the film", "was good")["input_ids"][0] == 2
    assert fast.pad_token_id == 0


def test_the_length_covers_most_texts_but_is_bounded():
    short, long = choose_max_length(small_dataset(length=4)), choose_max_length(small_dataset(length=2000))

    assert short % 8 == 0
    assert np.percentile(encode(small_dataset(length=4), Text(300), 1000, None).train.lengths, 80) <= short < 64
    assert long == LONGEST
    assert choose_max_length(small_dataset(length=2000), 512) == 512


def test_a_model_from_scratch_reads_no_more_than_its_point_says():
    dataset = small_dataset(length=50)
    short, whole = (encode(dataset, text, 40, None) for text in (Text(300, 16), Text(300)))
    assert (short.max_length, short.train.lengths.max()) == (16, 16)
    assert (whole.max_length, whole.train.lengths.max()) == (40, 40)


def test_truncation_says_how_much_is_cut():
    dataset = small_dataset()

    assert truncation(dataset, 1000) is None
    finding = truncation(dataset, 16)
    assert finding is not None
    assert not finding.blocking
    assert "100% of the texts" in finding.message


def test_the_tokens_are_those_of_the_checkpoint(tmp_path, checkpoint):
    data = encode(pretrained_dataset(), PretrainedText(str(checkpoint), 64), 64, tmp_path / "cache")
    assert data.max_length == 20, "as many as the model has positions"
    assert data.train.padding_id == data.validation.padding_id == 1
    assert data.train.tokens[0] == 0 and data.train.tokens[data.train.offsets[1] - 1] == 2
    short = encode(pretrained_dataset(), PretrainedText(str(checkpoint), 8), 64, tmp_path / "cache")
    assert (short.max_length, short.train.lengths.max()) == (8, 8)
    kept = encode(pretrained_dataset(), PretrainedText(str(checkpoint), 64), 64, tmp_path / "cache")
    assert (kept.specials, kept.train.padding_id) == (data.specials, 1)
    assert (kept.train.tokens == data.train.tokens).all()
    assert len(list((tmp_path / "cache").iterdir())) == 2
