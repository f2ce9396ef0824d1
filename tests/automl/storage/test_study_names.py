"""Names of studies that a shell, a URL or a file system might take for something else."""

import pytest

from automl.core.errors import UsageError
from tests.automl.storage.studies import ODD_NAMES, begin, made, opened, states
from trials.protocol import TrialEnd


def test_a_study_may_have_any_name(storage_url, tmp_path):
    store = made(storage_url, ODD_NAMES[0])
    for name in ODD_NAMES[1:]:
        made(storage_url, name).close()
    assert store.names() == ODD_NAMES
    for name in ODD_NAMES:
        with store.study(name).join(tmp_path / "a b") as driver:
            number = begin(opened(store, name), driver)
            assert [(known.id, known.trials) for known in store.study(name).drivers()] == [(driver.id, (number,))]
            with driver.owning(number) as ours:
                assert ours
                store.study(name).requeue(number)
        assert states(store, name) == {0: "WAITING"}
        assert store.study(name).retry({TrialEnd.ERROR}) == []
        assert store.study(name).settings().name == name
        store.study(name).delete()
    assert store.names() == []
    store.close()


@pytest.mark.parametrize("name", ["a' OR '1'='1", "%"])
def test_a_name_is_no_sql(storage_url, name):
    store = made(storage_url)
    with pytest.raises(UsageError, match="There is no study"):
        store.study(name).delete()
    assert store.names() == ["a study"]
    store.close()
