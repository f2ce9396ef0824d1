"""Members of a population, trained by nobody: they save and report what a worker would."""

from automl.core.records import TrialRecord
from automl.engine.trial_manager import TrialManager
from tests.automl.engine.helpers import NEW, Bench, evaluated
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, TrialEnd, TrialJob


def train(bench: Bench, ledger: TrialManager, job: TrialJob, value: float, until: int = BUDGET_STEPS) -> bool:
    """Reports `value` at each step after the one that the trial goes on from; says whether it was not stopped."""
    for step in (step for step in EVALUATION_STEPS if begun(job) < step <= until):
        state = bench.training_state(job.number) / "config.json"
        state.unlink(missing_ok=True)  # as a new file takes the place of the old one
        bench.save_model(job.number)
        state.write_text(f"{job.number} at {step}")
        last = step == BUDGET_STEPS
        goes_on = ledger.record(job.number, evaluated(step, value, TrialEnd.COMPLETED if last else None))
        if not goes_on:
            return last
    return True


def begun(job: TrialJob) -> int:
    """The step that a worker would go on from."""
    there = job.inherits is not None and (job.inherits.state / "config.json").is_file()
    inherited = int(job.inherits.state.name.partition("-")[2]) if there and job.inherits else 0
    return max(job.told, inherited)


def trials(bench: Bench) -> tuple[TrialRecord, ...]:
    return bench.store.study(NEW.name).record().trials
