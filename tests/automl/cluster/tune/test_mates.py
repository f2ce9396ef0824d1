"""Which trials join a pack, and what a worker is told of them."""

from dataclasses import replace

from automl.cluster.placement import TrialResources
from automl.cluster.tune.mates import mates, placed_job
from tests.trials.toy import toy_job, toy_point


class Manager:
    """Begins the given trials, one after the other."""

    def __init__(self, jobs):
        self._jobs = list(jobs)
        self.asked = []

    def begin(self, like):
        self.asked.append(like)
        return self._jobs.pop(0) if self._jobs else None


def jobs_of(folder, *points):
    return [replace(toy_job(folder, point), number=number) for number, point in enumerate(points)]


def test_as_many_join_as_are_wanted_or_may_begin(tmp_path):
    first, *others = jobs_of(tmp_path, *(toy_point(learning_rate=rate) for rate in (1e-3, 2e-3, 3e-3)))
    manager = Manager(others)
    assert mates(manager, first, 1) == (others[:1], [])
    assert manager.asked == [0]
    assert mates(Manager(others), first, 5) == (others, [])
    assert mates(Manager(others), first, 0) == ([], [])


def test_one_of_another_shape_is_told_and_no_further_one_begins(tmp_path):
    first, like, unlike, never = jobs_of(tmp_path, toy_point(), toy_point(), toy_point("bert/cls"), toy_point())
    assert mates(Manager([like, unlike, never]), first, 3) == ([like], [unlike])


def test_a_worker_without_a_gpu_uses_none(tmp_path):
    job = toy_job(tmp_path, device="auto")
    here = placed_job(job, TrialResources({"CPU": 1.0, "GPU": 0.0}, parts=2))
    there = placed_job(job, TrialResources({"CPU": 1.0, "GPU": 0.5}, memory_share=0.5))
    assert (here.device, here.batch_parts, here.memory_share) == ("cpu", 2, None)
    assert (there.device, there.batch_parts, there.memory_share) == ("auto", 1, 0.5)
