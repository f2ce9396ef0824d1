from automl.core.study_history import earlier_trials
from tests.automl.tracking.studies import one_of_each
from trials.protocol import TrialEnd


def test_ends_that_are_final_and_models_that_may_win() -> None:
    earlier = earlier_trials(one_of_each("history"))
    assert earlier.ends == {end: 1 for end in TrialEnd if end is not TrialEnd.PREEMPTED}
    pruned, preempted = (list(TrialEnd).index(end) for end in (TrialEnd.PRUNED, TrialEnd.PREEMPTED))
    assert [best.number for best in earlier.candidates] == [0, pruned, preempted, 6], "the last one runs"
    assert (earlier.candidates[0].value, earlier.candidates[0].fraction) == (0.5 + 0.005 * 27, 27 / 81)
