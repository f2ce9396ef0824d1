"""Whether the head of somebody else's cluster lives."""

import socket
import subprocess
import sys
import time

from automl.cluster.health import EXIT_CODE, HEAD_TIMEOUT_SECONDS, HeadNode
from tests.clock import Clock


def test_a_head_is_dead_once_it_has_been_silent_for_long():
    clock = Clock()
    with socket.create_server(("127.0.0.1", 0)) as server:
        head = HeadNode(*server.getsockname(), clock=clock)
        clock.now += 2 * HEAD_TIMEOUT_SECONDS
        assert head.answers(), "it takes connections, however long nobody has asked"
    clock.now += HEAD_TIMEOUT_SECONDS / 2
    assert head.answers(), "a short silence may be the network's"
    clock.now += HEAD_TIMEOUT_SECONDS
    assert not head.answers()


HANGS = """
import time
from automl.cluster import health
health.SECONDS_TO_END = health.LAST_WORD_SECONDS = 0.2
health.POLL_SECONDS = 0.05
ours = []
watch = health.ClusterMonitor(lambda: not ours)
def last_word():
    print("the driver has ended", flush=True)
    time.sleep(60)
watch.act(lambda: print("the search ends", flush=True), last_word)
ours.append("dead")
time.sleep(60)
"""


def test_a_process_that_hangs_says_that_its_driver_has_ended_before_it_is_ended():
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == EXIT_CODE
    assert done.stdout.splitlines() == ["the search ends", "the driver has ended"]
    assert time.monotonic() - began < 40, "a database that is away, too, does not keep it"
