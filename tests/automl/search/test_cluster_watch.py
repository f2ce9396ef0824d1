"""Whether the head of somebody else's cluster lives."""

import socket

from automl.search.cluster_watch import SECONDS_OF_SILENCE, Head


def test_a_head_is_dead_once_it_has_been_silent_for_long():
    now = [0.0]
    with socket.create_server(("127.0.0.1", 0)) as server:
        head = Head(*server.getsockname(), clock=lambda: now[0])
        now[0] = 2 * SECONDS_OF_SILENCE
        assert head.answers(), "it takes connections, however long nobody has asked"
    now[0] += SECONDS_OF_SILENCE / 2
    assert head.answers(), "a short silence may be the network's"
    now[0] += SECONDS_OF_SILENCE
    assert not head.answers()
