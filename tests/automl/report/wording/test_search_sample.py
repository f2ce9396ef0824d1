from dataclasses import replace

from automl.report.data_read import data_facts
from automl.report.wording.comparison import sentences
from automl.report.wording.search_sample import sample_sentence
from tests.automl.report.records import make_read, make_winner

SENTENCE = "The search uses a stratified sample of the rows: train 40 of 70, validation 10 of 15, test 15 of 15."


def test_a_sample_is_told_in_the_summary_and_the_facts():
    searched = {"train": 40, "validation": 10, "test": 15}
    read = replace(make_read("text"), searched=searched)
    assert sample_sentence(read) == SENTENCE
    assert SENTENCE in sentences(replace(make_winner(), read=read))
    assert data_facts(read)["searched"] == searched


def test_nothing_is_told_where_all_rows_are_used():
    read = make_read("text")
    assert sample_sentence(read) == ""
    assert not any("sample" in sentence for sentence in sentences(replace(make_winner(), read=read)))
    assert data_facts(read)["searched"] is None
