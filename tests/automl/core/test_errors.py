import pytest

from automl.core import errors
from automl.core.errors import MOST_CHOICES, AutomlError, unknown_name


def test_the_exit_code_tells_what_a_script_has_to_know():
    kinds = {AutomlError, *AutomlError.__subclasses__()} & {
        each for each in vars(errors).values() if isinstance(each, type)
    }
    codes = {kind.__name__: kind.exit_code for kind in kinds}
    assert codes == {
        "AutomlError": 2,
        "UsageError": 2,
        "DataProblem": 2,
        "WorkspaceError": 2,
        "SearchFailed": 1,
        "Interrupted": 130,
    }


def test_an_unknown_name_is_told_with_what_is_near_and_what_there_is():
    assert unknown_name("metric", "acuracy", iter(["accuracy", "macro_f1"])) == (
        "There is no metric 'acuracy'. Did you mean 'accuracy'? Choose from: accuracy, macro_f1."
    )
    assert unknown_name("metric", "zzz", ["accuracy"]) == "There is no metric 'zzz'. Choose from: accuracy."


@pytest.mark.parametrize(("count", "listed"), [(MOST_CHOICES, True), (MOST_CHOICES + 1, False)])
def test_of_many_names_only_the_near_ones_are_told(count, listed):
    names = [f"study-{number:02d}" for number in range(count)]
    message = unknown_name("study", "study-070", names)
    assert "'study-07'" in message
    assert (", ".join(names) in message) is listed
    assert (f"There are {count} to choose from." in message) is not listed
