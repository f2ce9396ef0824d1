from collections.abc import Iterable
from pathlib import Path

from automl.core.events import Event, SearchEnded, StopReason, TrialTaken
from automl.tracking.mlflow.event_queue import CatchUp, EventQueue, Message, QueuedEvent, WinnerChosen
from tests.automl.tracking.news import search_started, trial_ended, trial_evaluated, trial_started, winner
from trials.protocol import TrialEnd


def through(limit: int | None, news: Iterable[QueuedEvent]) -> list[Message]:
    outbox = EventQueue(limit)
    for one in news:
        outbox.put(Message(one, 5))
    outbox.close()
    return list(iter(outbox.take, None))


def long_search() -> list[Event]:
    events: list[Event] = [search_started(), trial_started(0), trial_evaluated(0, 1, 0.5), trial_started(1)]
    for number in range(2, 50):
        events += [trial_started(number), trial_evaluated(number, 1, 0.5), trial_ended(number, TrialEnd.PRUNED)]
    return [*events, TrialTaken(1), trial_started(1, resumed=True)]


def test_few_messages_come_out_as_they_went_in() -> None:
    events = long_search()
    assert [message.event for message in through(None, events)] == events
    assert [message.event for message in through(1000, events)] == events


def test_many_messages_give_way_to_what_the_database_says(tmp_path: Path) -> None:
    found = WinnerChosen(winner(tmp_path), ())
    events = [*long_search(), SearchEnded(StopReason.TRIALS), found]
    messages = through(len(events) - 1, events)
    (catch_up,) = (message.event for message in messages if isinstance(message.event, CatchUp))
    assert [message.event for message in messages] == [
        events[0],
        trial_started(0),
        trial_started(1),
        TrialTaken(1),
        trial_started(1, resumed=True),
        catch_up,
        SearchEnded(StopReason.TRIALS),
        found,
    ]
    assert set(catch_up.progress.running) == {0, 1}
    assert catch_up.progress.ended == 48
    assert sum(message.pieces for message in messages) == len(events), "each piece of news is accounted for"


def test_days_without_an_answer_take_no_memory() -> None:
    outbox = EventQueue(10)
    for number in range(5000):
        for event in (trial_started(number), trial_evaluated(number, 1, 0.5), trial_ended(number, TrialEnd.PRUNED)):
            outbox.put(Message(event, 5))
    outbox.close()
    messages = list(iter(outbox.take, None))
    assert len(messages) <= 11
    assert sum(message.pieces for message in messages) == 15_000
