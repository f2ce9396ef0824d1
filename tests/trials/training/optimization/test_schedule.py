import pytest

from trials.training.optimization.schedule import SCHEDULES, learning_rate_factor


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_warm_up_climbs_evenly_and_the_schedule_starts_at_its_peak(schedule: str) -> None:
    climb = [learning_rate_factor(progress, 0.2, schedule) for progress in (0.0, 0.05, 0.1, 0.2)]
    assert climb == pytest.approx([0.0, 0.25, 0.5, 1.0])


@pytest.mark.parametrize(
    ("schedule", "expected"), [("linear", [1, 0.5, 0]), ("cosine", [1, 0.5, 0]), ("constant", [1, 1, 1])]
)
def test_after_the_warm_up(schedule: str, expected: list[float]) -> None:
    assert [learning_rate_factor(p, 0.2, schedule) for p in (0.2, 0.6, 1.0)] == pytest.approx(expected)
    assert [learning_rate_factor(p, 0.0, schedule) for p in (0.0, 0.5, 1.0)] == pytest.approx(expected)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("warmup", [0.0, 0.06, 1.0])
def test_factors_stay_between_0_and_1(schedule: str, warmup: float) -> None:
    assert all(0.0 <= learning_rate_factor(step / 100, warmup, schedule) <= 1.0 for step in range(101))
