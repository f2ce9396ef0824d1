"""Input and output of a trial: plain frozen data, free of torch, that crosses processes.

A trial is a generator of `TrialReport`s. It is stopped by closing the generator, so no callback is needed.
"""

from trials.protocol.evaluation import Evaluation
from trials.protocol.job import Folds, Inheritance, TrialJob
from trials.protocol.pace import MeasuredPace, PaceJob
from trials.protocol.report import Cost, MemberReport, TrialEnd, TrialReport, WorkerReports
from trials.protocol.steps import BUDGET_STEPS, EVALUATION_EVERY, EVALUATION_STEPS, evaluation_steps

__all__ = [
    "BUDGET_STEPS",
    "EVALUATION_EVERY",
    "EVALUATION_STEPS",
    "Cost",
    "Evaluation",
    "Folds",
    "Inheritance",
    "MeasuredPace",
    "MemberReport",
    "PaceJob",
    "TrialEnd",
    "TrialJob",
    "TrialReport",
    "WorkerReports",
    "evaluation_steps",
]
