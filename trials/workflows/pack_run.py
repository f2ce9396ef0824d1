"""Runs the trials of a pack: each is a trial like any other, and their models are trained as one program."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch

from search_spaces import Architecture, Point
from trials.data import EncodedDataset, first_look
from trials.errors import CheckpointError, Diverged
from trials.hardware import MicroBatches, is_out_of_memory, release_memory
from trials.pretrained import head_of
from trials.protocol import MemberReport, TrialEnd, TrialJob, TrialReport, WorkerReports
from trials.training import (
    CostMeter,
    SharedClock,
    build,
    prepare,
    random_states,
    require_finite,
    restore_random_states,
    seed_everything,
)
from trials.training.packs import Pack, PackMember, PackTooLarge, marked
from trials.workflows.course import Course, Predict, Result, Train, TrialCourse, Work
from trials.workflows.resource_usage import UsageMeter


@dataclass
class _Running:
    """A member that runs.

    Attributes:
        job: its job.
        member: its model in training.
        course: its course.
        cost: its cost.
        work: the work that the course waits for, if any.
        result: result of the work before, with which the course continues.
    """

    job: TrialJob
    member: PackMember
    course: Course
    cost: CostMeter
    work: Work | None = None
    result: Result | None = None


class PackRun:
    """The trials of a pack.

    Args:
        jobs: the first members; their points have the same shape.
        data: their data.
        places: largest number of members at once.
    """

    def __init__(self, jobs: Sequence[TrialJob], data: EncodedDataset, places: int) -> None:
        self._data = data
        self._sample = first_look(data.validation)
        self._places = max(places, len(jobs))
        self._open = list(jobs)
        self._running: list[_Running] = []
        self._told: list[MemberReport] = []
        self._compute = replace(prepare(jobs[0], scales=False), parts=MicroBatches())
        self._pack: Pack | None = None
        self._head: str | None = None
        self._first_weights: dict[tuple[int, str], Mapping[str, torch.Tensor]] = {}
        self._most: int | None = None
        self._why = ""
        self._usage = UsageMeter()
        self._clock = SharedClock()

    def next_reports(self) -> WorkerReports:
        """Do the work of the members until some have reports, and return these; there are none once all have ended.

        Raises:
            CheckpointError: a model or a training state cannot be written. All members can resume later.
        """
        self._begin_open()
        while not self._told and self._running:
            self._continue_all()
            if not self._told and self._running:
                self._do_work()
        reports, self._told = self._told, []
        usage = self._usage.since_last() if reports else None
        return WorkerReports(tuple(_with_usage(each, usage) for each in reports), self._most, self._why)

    def change(self, left: Sequence[int], joined: Sequence[TrialJob], places: int) -> None:
        """End members without a report, and begin others with the next work.

        Args:
            left: numbers of the trials that end.
            joined: trials of the same shape, as many as there are free places at most.
            places: largest number of members from now on, at most as many as before.
        """
        for running in [each for each in self._running if each.job.number in left]:
            self._leave(running)
        self._open += joined
        self._places = places

    def close(self) -> None:
        """End all members in their present state, and free the memory."""
        for running in list(self._running):
            self._leave(running)
        self._open.clear()
        self._first_weights.clear()
        self._pack = None
        release_memory()

    def _begin_open(self) -> None:
        """Begin the trials that wait to, after places that are no longer wanted were given up."""
        if self._pack is not None and self._places < self._pack.places:
            self._pack.resize(self._places)
        jobs, self._open = self._open, []
        self._clock.run(len(self._running) + len(jobs))
        for job in jobs:
            cost = CostMeter()
            cost.divide(self._clock)
            with self._ending(job, cost):
                self._begin(job, cost)
        self._clock.run(len(self._running))

    def _begin(self, job: TrialJob, cost: CostMeter) -> None:
        point = job.point
        if not isinstance(point, Point):
            raise TypeError(f"a {type(point).__name__} is no member of a pack")
        weights = self._weights(job, point)
        pack = self._pack
        if pack is None:
            raise RuntimeError("the first weights must have made the pack")
        compute = replace(self._compute, parts=MicroBatches())  # what one has had to split, others have not
        cost.watch(compute.device, compute.parts, compute.dtype)
        cost.count(pack.parameters)
        member = pack.join(weights, point, budget=job.budget_examples, seed=job.seed)
        try:
            course = TrialCourse(
                job,
                self._data,
                member,
                self._head,
                cost,
                compute,
                sample=self._sample,
                mates=self._count,
            )
            course.resume()
        except Exception:
            pack.leave(member)
            raise
        self._running.append(_Running(job, member, course.run(), cost))

    def _weights(self, job: TrialJob, point: Point) -> Mapping[str, torch.Tensor]:
        """Return the first weights of a trial, shared by trials of one seed; the first model makes the pack."""
        drawn = point.architecture.initialization if isinstance(point.architecture, Architecture) else ""
        if (job.seed, drawn) not in self._first_weights:
            states = random_states(self._compute.device)
            seed_everything(job.seed)
            model = build(marked(point.architecture), self._data, self._compute)
            weights = {name: weight.detach().clone() for name, weight in model.named_parameters()}
            if self._pack is None:
                self._head = head_of(model)
                self._pack = Pack(model, point, self._data.train, self._places, self._compute)
                seed_everything(job.seed)
            else:
                restore_random_states(states, self._compute.device)
            self._first_weights[job.seed, drawn] = weights
        return self._first_weights[job.seed, drawn]

    def _continue_all(self) -> None:
        """Continue each course that waits for nothing until it waits for work; keep its reports."""
        for running in list(self._running):
            with self._ending(running.job, running.cost, running):
                while running.work is None:
                    self._continue(running)

    def _continue(self, running: _Running) -> None:
        result, running.result = running.result, None
        item = running.course.send(result)
        if isinstance(item, TrialReport):
            self._tell(running.job, item)
            return
        running.work = item
        if isinstance(item, Train):
            running.member.begin(item.examples)

    def _do_work(self) -> None:
        """Predict for all members that wait for it, or make steps until one of them has done its portion."""
        pack = self._pack
        predicting = [each for each in self._running if isinstance(each.work, Predict)]
        if pack is None:
            return
        try:
            if predicting:
                self._predict(pack, predicting)
            else:
                self._train(pack)
        except PackTooLarge as error:
            half = len(self._running) // 2
            self._make_room(str(error), kept=half, most=half)
        except Exception as error:  # whatever a model does that cannot be done for several at once
            if is_out_of_memory(error):
                # Of a step that has failed within its update nobody knows which weights have changed.
                why, most = f"memory does not suffice for {len(self._running)} models at once", len(self._running) // 2
            else:
                why, most = f"such models cannot be trained as one program: {error}", 1
            traceback.clear_frames(error.__traceback__)
            self._make_room(why, kept=0, most=most)

    def _predict(self, pack: Pack, predicting: Sequence[_Running]) -> None:
        works = [each.work for each in predicting if isinstance(each.work, Predict)]
        split = works[0].split
        together = [each for each, work in zip(predicting, works, strict=True) if work.split is split]
        found = pack.predict([each.member for each in together], split)
        for running, logits in zip(together, found, strict=True):
            with self._ending(running.job, running.cost, running):
                running.work, running.result = None, require_finite(logits)

    def _train(self, pack: Pack) -> None:
        done = pack.advance()
        for running in [each for each in self._running if each.member in done]:
            with self._ending(running.job, running.cost, running):
                running.result, running.work = running.member.mean_loss(), None

    def _make_room(self, why: str, *, kept: int, most: int) -> None:
        """Requeue all members but the first `kept`; packs may have `most` members from now on."""
        self._most, self._why = max(1, most), why
        for running in self._running[kept:]:
            self._tell(running.job, TrialReport(None, TrialEnd.PREEMPTED, running.cost.so_far(), why))
            self._leave(running)
        if self._pack is not None and kept:
            self._places = kept
            self._pack.resize(kept)
        release_memory()

    @contextmanager
    def _ending(self, job: TrialJob, cost: CostMeter, running: _Running | None = None) -> Iterator[None]:
        """End the trial where it is over or fails within the block; others are not affected.

        Where memory is short, the trial is requeued, for a pack of half the places.

        Raises:
            CheckpointError: the disk rejects a model or a training state.
        """
        last = None
        try:
            yield
        except CheckpointError:
            raise
        except StopIteration as over:
            last, end, cause = over.value, TrialEnd.COMPLETED, ""
        except Diverged as error:
            end, cause = TrialEnd.DIVERGED, str(error)
        except Exception as error:  # errors in models and spaces become a trial's end here
            if is_out_of_memory(error):
                self._most = max(1, self._places // 2)
                self._why = cause = f"memory does not suffice for {self._places} models at once"
                end = TrialEnd.PREEMPTED
            else:
                end, cause = TrialEnd.ERROR, "".join(traceback.format_exception(error))
        else:
            return
        self._tell(job, TrialReport(last, end, cost.so_far(), cause))
        if running is not None:
            self._leave(running)

    def _count(self) -> int:
        return len(self._running)

    def _tell(self, job: TrialJob, report: TrialReport) -> None:
        self._told.append(MemberReport(job.number, report))

    def _leave(self, running: _Running) -> None:
        running.course.close()
        self._running.remove(running)
        self._clock.run(len(self._running))
        if self._pack is not None:
            self._pack.leave(running.member)


def _with_usage(told: MemberReport, usage: Mapping[str, float] | None) -> MemberReport:
    if told.report.evaluation is None:
        return told
    return replace(told, report=replace(told.report, evaluation=replace(told.report.evaluation, usage=usage)))
