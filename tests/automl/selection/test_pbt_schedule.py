from dataclasses import replace

from automl.core.records import Lineage, TrialRecord
from automl.selection.pbt_schedule import PbtSegment, schedule_of
from tests.automl.report.records import DEFAULTS, make_study, make_trial


def heir(number: int, parent: int, step: int, values: tuple[float, ...], **changed: object) -> TrialRecord:
    """A trial that went on from `parent`: what it would have been told before `step` is left out."""
    trial = make_trial(number, values, params=DEFAULTS | changed)
    own = tuple(evaluation for evaluation in trial.evaluations if evaluation.step > step)
    return replace(trial, evaluations=own, lineage=Lineage(0, number - 1, parent, step))


FOUNDER = replace(make_trial(0, (0.1, 0.2, 0.3, 0.4, 0.5)), lineage=Lineage(0))
CHILD = heir(1, 0, 9, (0, 0, 0.6, 0.7, 0.8), **{"training.batch_size": 32})
GRANDCHILD = heir(2, 1, 54, (0, 0, 0, 0, 0.9), **{"training.batch_size": 32, "optimizer.learning_rate": 2e-3})


def test_a_chain_is_told_from_its_beginning():
    study = make_study(FOUNDER, CHILD, GRANDCHILD)
    assert schedule_of(study, GRANDCHILD) == (
        PbtSegment(0, 0, 9),
        PbtSegment(1, 9, 54, {"training.batch_size": 32}),
        PbtSegment(2, 54, 81, {"optimizer.learning_rate": 2e-3}),
    )


def test_it_ends_at_the_evaluation_that_won():
    child = heir(1, 0, 9, (0, 0, 0.6, 0.5, 0.4))
    best = tuple(replace(found, is_best=found.step == 27) for found in child.evaluations)
    child = replace(child, evaluations=best)
    assert schedule_of(make_study(FOUNDER, child), child)[-1] == PbtSegment(1, 9, 27)


def test_who_began_at_zero_has_none():
    assert schedule_of(make_study(FOUNDER), FOUNDER) == ()
    orphan = replace(make_trial(1, (0.1, 0.2)), lineage=Lineage(0, 0, 0, 9))
    assert schedule_of(make_study(FOUNDER, orphan), orphan) == (), "its parent's state was gone"
