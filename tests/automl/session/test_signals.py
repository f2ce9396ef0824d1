import signal
from collections.abc import Iterator

import pytest

from automl.core.errors import Interrupted
from automl.session.signals import SignalHandler

BOTH = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture
def signals() -> Iterator[SignalHandler]:
    before = [signal.getsignal(number) for number in BOTH]
    with SignalHandler() as signals:
        yield signals
    assert [signal.getsignal(number) for number in BOTH] == before, "the handlers of before are back"


@pytest.mark.parametrize("number", BOTH)
def test_while_it_is_held_the_first_signal_asks_and_the_second_interrupts(signals, number):
    acted = []
    with pytest.raises(KeyboardInterrupt), signals.held():
        signals.act(lambda: acted.append("stop"))
        assert not signals.requested
        signal.raise_signal(number)
        assert (acted, signals.requested) == (["stop"], True)
        signal.raise_signal(number)
    assert acted == ["stop"], "a search that is to end at once does not stop in order"


@pytest.mark.parametrize("number", BOTH)
def test_before_it_is_held_a_signal_interrupts_at_once_and_is_remembered(signals, number):
    signals.check()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    assert signals.requested
    with pytest.raises(Interrupted, match="no trial was run"):
        signals.check()


def test_a_signal_that_a_library_has_swallowed_ends_the_search_before_it_is_held(signals):
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(Interrupted), signals.held():
        pytest.fail("the search has begun")


def test_who_asks_for_news_late_gets_them_at_once(signals):
    acted = []
    with signals.held():
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(Interrupted):
            signals.check()
        signals.act(lambda: acted.append("stop"))
    assert acted == ["stop"]


def test_after_the_search_a_signal_interrupts_and_nothing_is_asked_to_stop(signals):
    acted = []
    with signals.held():
        signals.act(lambda: acted.append("stop"))
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert acted == []


def test_an_error_in_the_search_lets_go_too(signals):
    with pytest.raises(ZeroDivisionError), signals.held():
        raise ZeroDivisionError
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
