"""All settings of one search, as frozen data. The fields are those of the experiment file."""

from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator

from automl.config.data_section import DataSection, Section
from automl.config.field_types import (
    Auto,
    ConfirmShare,
    Count,
    FoldCount,
    Folder,
    MemberCount,
    Members,
    Names,
    NotNegative,
    Off,
    Overrides,
    PackSize,
    Points,
    Positive,
    Precision,
    Priors,
    RegisteredName,
    Runtime,
    Seconds,
    Seed,
    StudyName,
    Text,
    is_off,
)
from trials.data import DataOptions
from trials.data.readers import ReadOptions

CONFIRM_SHARE = 0.15
"""Largest share of the time in which the best trials are confirmed, if the user names no other."""

FOLDS_PRUNER = "wilcoxon"
"""The default pruner of cross-validated trials."""

DEFAULT_TIME_BUDGET = 600.0
"""Time budget in seconds if neither a number of trials nor a time budget was given."""

PBT = "pbt"
"""Name of the pruner for population-based training."""


class SpaceSection(Section):
    """The search space and its overrides."""

    name: Text = Field(default="auto", description="A search space, or your own as package.module:function.")
    overrides: Overrides = Field(
        default_factory=dict, description="By parameter name: a value fixes it, a list or a mapping bounds it."
    )


class SearchSection(Section):
    """The objectives, the sampler, the pruner and the limits of the search."""

    metric: Text = Field(default="macro_f1", description="The validation metric that decides.")
    objectives: Names = Field(
        default=(),
        description="Instead of one metric, several: the first decides, costs such as latency_ms may follow.",
    )
    constraints: Names = Field(
        default=(), description="Constraints that the winner must satisfy, such as latency_ms<=20."
    )
    runtime: Runtime = Field(
        default="torch",
        description="What latency is measured on: torch, or onnx-int8, the model exported to ONNX with int8 weights.",
    )
    sampler: Text = Field(default="tpe", description="The sampler, which proposes the next point.")
    pruner: Text = Field(
        default="asha", description=f"What stops a weak trial early; {FOLDS_PRUNER} where there are folds."
    )
    folds: FoldCount | None = Field(
        default=None,
        description="Number of folds of training and validation rows that cross-validate each trial, or off. "
        "If absent: 5 in the space auto where these rows are at most 200, and none otherwise.",
    )
    population: Members | Auto = Field(
        default="auto", description="Members of a population, with the pruner pbt: 8, or one for each slot if more."
    )
    trials: Count | None = Field(default=None, description="Number of trials after which the search ends.")
    time_budget: Seconds | None = Field(
        default=None, description="Time after which the search ends; 10 minutes if no number of trials is given either."
    )
    least_gain: Positive | Auto | None = Field(
        default=None,
        description="Ends the search when the next 20 trials promise less than this of the metric; auto for the "
        "standard error of a difference on the validation rows; never if absent.",
    )
    margin: NotNegative = Field(
        default=1.0,
        description="Standard errors by which a trial must beat the best untuned default on validation rows, in metric "
        "and loss together, to be handed over in its place; 0 always hands over the best score.",
    )
    confirm: ConfirmShare | Auto | Off = Field(
        default="auto",
        description="Near the end the best three trials are trained twice more, with fresh seeds and reshuffled "
        "training and validation rows, and the mean score decides: auto (if that is expected to fit into 15% of the "
        "time), off, or the largest share of the time.",
    )
    points: Points = Field(
        default=(), description="Points to try right after the default; parameters that are left out keep theirs."
    )
    priors: Priors = Field(
        default_factory=dict,
        description="By parameter name: the value that is thought best, or {value: ..., confidence: low|medium|high}.",
    )
    warm_start: Names = Field(
        default=(), description="Earlier studies, whose best points are tried next; auto for all that there are."
    )
    seed: Seed = Field(default=0, description="Seed of the sampler and of every trial.")
    keep_checkpoints: Count = Field(
        default=5,
        description="Trials whose models stay: the best of the completed and stopped ones. The best of each algorithm, "
        "the best untuned default and trial 0 stay, too.",
    )
    ensemble: MemberCount | Auto | Off = Field(
        default="auto",
        description="Hand over the mean of several models unless validation rows show that it is worse than the best "
        "one: auto (at most 5 models), off, or the largest number of models.",
    )
    soup: Auto | Off = Field(
        default="off",
        description="auto averages the weights of finetunings of one checkpoint, and hands over the model that this "
        "gives where it is better than the best trial beyond noise.",
    )
    grace_period: Seconds = Field(
        default=60.0, description="Time without a heartbeat after which a driver on another machine counts as dead."
    )

    @model_validator(mode="after")
    def _has_a_use_for_a_population(self) -> Self:
        if self.population != "auto" and self.pruner != PBT:
            raise ValueError(f"search.population needs search.pruner to be {PBT!r}, not {self.pruner!r}")
        return self

    @field_validator("folds", mode="before")
    @classmethod
    def _has_folds(cls, given: object) -> object:
        return None if is_off(given) else given

    @model_validator(mode="before")
    @classmethod
    def _prunes_by_folds(cls, given: object) -> object:
        if not isinstance(given, dict) or given.get("folds") is None or is_off(given["folds"]):
            return given
        return {**given, "pruner": FOLDS_PRUNER if given.get("pruner") is None else given["pruner"]}

    @model_validator(mode="before")
    @classmethod
    def _metric_is_first_objective(cls, given: object) -> object:
        if not isinstance(given, dict) or not (objectives := given.get("objectives")):
            return given
        first = objectives[0] if isinstance(objectives, list | tuple) else objectives
        return {**given, "metric": first}

    @model_validator(mode="before")
    @classmethod
    def _ends_some_day(cls, given: object) -> object:
        if isinstance(given, dict) and given.get("trials") is None and given.get("time_budget") is None:
            return {**given, "time_budget": DEFAULT_TIME_BUDGET}
        return given


class TrialSection(Section):
    """The training budget of one trial."""

    epochs: Positive | Auto = Field(default="auto", description="Passes over the training split in a full trial.")
    precision: Precision = Field(default="auto", description="Number format of the matrix products.")
    report_timeout: Seconds | Auto = Field(
        default="auto",
        description="Time without a report after which a trial counts as hung; derived from its own pace if auto.",
    )


class ResourcesSection(Section):
    """The cluster, cores and GPUs on which trials run."""

    address: Text | None = Field(
        default=None,
        description="Ray cluster to join: HOST:PORT of its head, or auto for this machine's. Without it Ray is started "
        "here for the search.",
    )
    slots: Count | Auto = Field(default="auto", description="Trials that run side by side.")
    cpus_per_trial: Positive = Field(default=1.0, description="Processor cores of one trial.")
    gpus_per_trial: NotNegative | Auto = Field(
        default="auto", description="GPUs of one trial; a part of one is shared. By what its memory needs if auto."
    )
    pack: PackSize | Auto | Off = Field(
        default="auto",
        description="Most transformers of one shape that are trained together as one program. If auto, on GPUs only, "
        "and only where it was measured to pay.",
    )
    gpu_memory: Positive | Auto = Field(
        default="auto", description="Gigabytes of memory of each GPU; asked of the GPUs themselves if auto."
    )
    gpu_model: Text | None = Field(
        default=None, description="The model of GPU that trials run on, as Ray calls it (such as A100); any if absent."
    )


class Experiment(Section):
    """One search. Fields are checked one by one; `automl.config.loader` adds checks across fields."""

    study: StudyName | None = Field(default=None, description="Name of the study; made from the data's name if absent.")
    data: DataSection = Field(description="Where the labelled text lies, and how it is split.")
    space: SpaceSection = Field(default_factory=SpaceSection, description="What may vary from trial to trial.")
    search: SearchSection = Field(
        default_factory=SearchSection, description="How the search chooses, and when it ends."
    )
    trial: TrialSection = Field(default_factory=TrialSection, description="How much one trial may train.")
    resources: ResourcesSection = Field(default_factory=ResourcesSection, description="What the trials run on.")
    workspace: Folder = Field(
        default=Path("runs"), description="The folder that receives databases, artifacts and models."
    )
    storage: Text | None = Field(
        default=None, description="SQLAlchemy URL of the studies; a SQLite file in the workspace if absent."
    )
    storage_path: Text | None = Field(
        default=None,
        description="A shared folder, or an address such as s3://bucket/folder, that also receives the model that is "
        "handed over, and copies of the trials' models and training states.",
    )
    tracking_uri: Text | None = Field(
        default=None, description="MLflow's tracking URI; a SQLite file in the workspace if absent."
    )
    also_track: Names = Field(
        default=(), description="Boards that show the search beside MLflow: tensorboard, wandb (Weights & Biases)."
    )
    register_as: RegisteredName | None = Field(
        default=None, description="Name under which the winner is registered in MLflow's Model Registry; not if absent."
    )

    def data_options(self) -> DataOptions:
        """Return the options for loading the data with the package `trials`."""
        data = self.data
        return DataOptions(
            source=data.source,
            text=data.text,
            also=data.also,
            label=data.label[0] if len(data.label) == 1 else None,
            indicators=data.label if len(data.label) > 1 else (),
            task=data.task,
            order=data.order,
            label_separator=data.label_separator,
            split=data.split,
            group=data.group,
            time=data.time,
            validation=data.validation,
            test=data.test,
            validation_share=data.validation_share,
            test_share=data.test_share,
            seed=data.seed,
            unlabeled=data.unlabeled,
            corrections=data.corrections,
            merge_labels=data.merge_labels,
            drop_near_duplicates=data.drop_near_duplicates,
            allow=frozenset(data.allow),
            read=ReadOptions(data.encoding, data.delimiter, data.header, data.sheet),
        )
