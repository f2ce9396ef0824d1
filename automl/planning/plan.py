"""All that a search needs to know before anything is started."""

from dataclasses import dataclass
from functools import cached_property

from automl.config import Experiment, dump_experiment
from automl.core import Goals, Objective, Workspace, objective_of, parse_constraint
from automl.planning.prepare_data import PreparedData
from automl.storage import NewStudy
from search_spaces import AnyPoint, Defaults, Point, Space, Value
from trials.data import DatasetTraits, describe


@dataclass(frozen=True)
class Plan:
    """One search to be. It ends at `trials` trials of the study, after `seconds`, or whichever is first.

    `started` is when the user asked, in `time.monotonic()` seconds; the time budget counts from the first trial.
    """

    experiment: Experiment
    workspace: Workspace
    space: Space
    prepared: PreparedData
    trials: int | None
    seconds: float | None
    started: float

    @property
    def goals(self) -> Goals:
        """What the search is to reach on the validation split."""
        search = self.experiment.search
        return Goals(
            tuple(map(objective_of, search.objectives or (search.metric,))),
            tuple(map(parse_constraint, search.constraints)),
        )

    @property
    def metric(self) -> str:
        """The first objective, which decides who wins."""
        return self.goals.objectives[0].name

    @property
    def maximize(self) -> bool:
        """Whether more of it is better."""
        return self.goals.objectives[0].maximize

    @property
    def further(self) -> tuple[Objective, ...]:
        """The other objectives."""
        return self.goals.objectives[1:]

    @property
    def first_point(self) -> AnyPoint:
        """The point of trial 0, which is needed first."""
        return self.space.ask(Defaults())

    @property
    def defaults(self) -> dict[str, Value]:
        """Each parameter's default, those of all algorithms together."""
        return {name: dimension.default for name, dimension in self.space.dimensions().items()}

    @property
    def expected_seconds(self) -> dict[Value, float]:
        """What a trial of each algorithm is expected to take, where the space chooses among several."""
        algorithms, points = self.space.algorithms(), self.space.default_points()
        return {
            algorithm: self.prepared.seconds(point)
            for algorithm, point in zip(algorithms, points, strict=True)
            if algorithm is not None
        }

    @cached_property
    def traits(self) -> DatasetTraits:
        """What the data are like."""
        return describe(self.prepared.dataset)

    @property
    def _trained(self) -> list[Point]:
        return [point for point in self.space.default_points() if isinstance(point, Point)]

    def new_study(self, name: str) -> NewStudy:
        """What the database is to remember, so that the study can be resumed from it alone."""
        return NewStudy(
            name=name,
            metric=self.metric,
            maximize=self.maximize,
            further=self.further,
            constraints=self.goals.constraints,
            experiment=dump_experiment(self.experiment),
            data_fingerprint=self.prepared.dataset.fingerprint,
            budget_examples=self.prepared.budgets.scratch,
            pretrained_budget_examples=self.prepared.budgets.pretrained,
            max_length=self.prepared.max_length,
            traits=self.traits,
        )

    def settings(self) -> dict[str, str]:
        """What a tracker records of the search as a whole."""
        dataset, search = self.prepared.dataset, self.experiment.search
        return {
            "data.source": self.experiment.data.source,
            "data.fingerprint": dataset.fingerprint,
            "data.train_rows": str(len(dataset.train)),
            "data.validation_rows": str(len(dataset.validation)),
            "data.test_rows": str(len(dataset.test)),
            "data.unlabeled_texts": str(len(dataset.unlabeled)),
            "data.max_length": str(self.prepared.max_length),
            "trial.epochs": ", ".join(dict.fromkeys(f"{self.prepared.epochs(point):g}" for point in self._trained)),
            "space": self.space.name,
            "search.metric": ", ".join(self.goals.names),
            "search.constraints": ", ".join(map(str, self.goals.constraints)),
            "search.sampler": search.sampler,
            "search.pruner": search.pruner,
            "search.folds": str(search.folds),
            "search.seed": str(search.seed),
            "search.trials": str(self.trials),
            "search.time_budget": str(self.seconds),
        }
