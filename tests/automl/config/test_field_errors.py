import pytest

from automl.config.field_errors import field_paths
from tests.automl.config.problems import problems


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        (
            {"search": {"trails": 5}},
            "search.trails is not a field. Did you mean 'search.trials'? The section 'search' has",
        ),
        ({"trials": 5}, "trials is not a field. Did you mean 'search.trials'? An experiment has: study, data"),
        ({"seed": 5}, "Did you mean 'data.seed' or 'search.seed'?"),
        ({"zzz": 5}, "zzz is not a field. An experiment has: study"),
        ({"search": 5}, "search must be a mapping of fields, not 5"),
        ({"data": {}}, "data.source is missing; it must be a named corpus, a data file or a folder"),
    ],
)
def test_fields_that_are_not_there(sections, words):
    (problem,) = problems(**sections)
    assert words in problem


def test_what_is_wrong_in_a_list_or_a_union_is_told_once_by_the_name_of_its_field():
    assert problems(search={"points": [3]}) == [
        "search.points must be a list of points, each a mapping of parameter names to values, not 3"
    ]
    assert len(problems(data={"source": "bbc-news", "max_length": [1]})) == 1


def test_every_problem_is_told():
    told = problems(search={"trials": 0, "seed": -1, "trails": 5}, resources={"slots": 0})
    assert [sentence.split()[0] for sentence in told] == [
        "search.trials",
        "search.seed",
        "search.trails",
        "resources.slots",
    ]


def test_every_field_has_its_path_and_so_has_its_section():
    paths = list(field_paths())
    assert {("study",), ("data",), ("data", "source"), ("search", "trials"), ("space", "overrides")} <= set(paths)
    assert len(paths) == len(set(paths))
