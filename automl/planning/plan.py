"""The plan of a search: all data that is needed before anything is started."""

from dataclasses import dataclass, replace
from functools import cached_property

from automl.config import Experiment, dump_experiment
from automl.core import Goals, Workspace, objective_of, parse_constraint, without_password
from automl.planning.prepare_data import PreparedData
from automl.storage import NewStudy
from search_spaces import AnyPoint, Defaults, Point, Space, Value
from trials.data import DatasetTraits, describe
from trials.serving_costs import RUNTIMES


@dataclass(frozen=True)
class Plan:
    """The plan of one search. It ends at the first of its two limits.

    Attributes:
        experiment: the experiment, with parameters fixed for the data.
        workspace: the workspace of the study.
        space: the search space.
        prepared: the checked data and the budgets.
        trials: limit for all trials of the study; None: no limit.
        seconds: time budget, which counts from the first trial; None: no limit.
        started: when the command was started, in `time.monotonic()` seconds.
    """

    experiment: Experiment
    workspace: Workspace
    space: Space
    prepared: PreparedData
    trials: int | None
    seconds: float | None
    started: float

    @cached_property
    def goals(self) -> Goals:
        """The objectives and constraints of the search, on the validation split."""
        search = self.experiment.search
        measured = RUNTIMES[search.runtime]
        constraints = map(parse_constraint, search.constraints)
        return Goals(
            tuple(objective_of(measured.get(name, name)) for name in search.objectives or (search.metric,)),
            tuple(replace(each, name=measured.get(each.name, each.name)) for each in constraints),
        )

    @property
    def first_point(self) -> AnyPoint:
        """The point of trial 0, with all defaults."""
        return self.space.ask(Defaults())

    @property
    def defaults(self) -> dict[str, Value]:
        """The default of each parameter, for all algorithms."""
        return {name: dimension.default for name, dimension in self.space.dimensions().items()}

    @property
    def default_params(self) -> list[dict[str, Value]]:
        """The parameters of each algorithm's default point, that of trial 0 first."""
        return [self.space.defaults(algorithm) for algorithm in self.space.algorithms()]

    @property
    def expected_seconds(self) -> dict[Value, float]:
        """Expected seconds of a full trial, by algorithm; empty if the space has no choice of algorithms."""
        algorithms, points = self.space.algorithms(), self.space.default_points()
        return {
            algorithm: self.prepared.seconds(point)
            for algorithm, point in zip(algorithms, points, strict=True)
            if algorithm is not None
        }

    @cached_property
    def traits(self) -> DatasetTraits:
        """Description of the data set."""
        return describe(self.prepared.dataset)

    @property
    def _trained(self) -> list[Point]:
        return [point for point in self.space.default_points() if isinstance(point, Point)]

    def new_study(self, name: str) -> NewStudy:
        """Return the settings of the study called `name`, from which it can be resumed."""
        return NewStudy(
            name=name,
            goals=self.goals,
            experiment=dump_experiment(self.experiment),
            data_fingerprint=self.prepared.dataset.fingerprint,
            budget_examples=self.prepared.budgets.scratch,
            pretrained_budget_examples=self.prepared.budgets.pretrained,
            pace=self.prepared.pace,
            max_length=self.prepared.max_length,
            traits=self.traits,
        )

    def settings(self) -> dict[str, str]:
        """Return the settings of the search that trackers record, by name."""
        dataset, search = self.prepared.dataset, self.experiment.search
        return {
            "data.source": without_password(self.experiment.data.source),
            **({} if self.experiment.data.sql is None else {"data.sql": self.experiment.data.sql}),
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
