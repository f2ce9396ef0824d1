"""The service under load: p50, p99 and requests a second by the number of clients, and an end without loss.

    python -m benchmarks.serving runs/STUDY/best --clients 1 8 32 --seconds 10

Each client sends one text, waits for the answer, and sends the next. At the end SIGTERM comes while all of them ask.
"""

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

TEXT = "The film is a charming story of two friends, well acted, if a little long towards its end."


HEADERS = {"Content-Type": "application/json", "Connection": "close"}


class Client(threading.Thread):
    """Asks until it is told to stop, and keeps the seconds of each answer; an answer that breaks off is lost."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.lost = 0
        self.stop = threading.Event()
        self._port = port

    def run(self) -> None:
        body = json.dumps({"texts": [TEXT]})
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        while not self.stop.is_set():
            try:
                connection.connect()
            except OSError:  # the service listens no more: nothing was sent
                return
            started = time.perf_counter()
            try:
                connection.request("POST", "/predict", body, HEADERS)
                answer = connection.getresponse()
                answer.read()
                self.lost += answer.status != 200
            except (OSError, http.client.HTTPException):
                self.lost += 1
            self.seconds.append(time.perf_counter() - started)
            connection.close()


def load(port: int, clients: int, seconds: float, service: subprocess.Popen[str] | None = None) -> dict[str, float]:
    """Ask with some clients for some seconds; a `service` is ended meanwhile, and its clients end with it."""
    asking = [Client(port) for _ in range(clients)]
    started = time.perf_counter()
    for client in asking:
        client.start()
    time.sleep(seconds)
    if service is not None:
        service.send_signal(signal.SIGTERM)
    else:
        for client in asking:
            client.stop.set()
    for client in asking:
        client.join()
    took = time.perf_counter() - started
    found = sorted(second for client in asking for second in client.seconds)
    return {
        "clients": clients,
        "p50_ms": round(1000 * found[len(found) // 2], 1),
        "p99_ms": round(1000 * found[int(len(found) * 0.99)], 1),
        "requests_a_second": round(len(found) / took, 1),
        "lost": sum(client.lost for client in asking),
    }


def main() -> None:
    """Print one line for each number of clients, and one for the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    command = [sys.executable, "-m", "automl", "serve", str(given.model), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as service:
        assert service.stdout is not None
        port = int(service.stdout.readline().partition("127.0.0.1:")[2].partition(",")[0])
        load(port, 4, 2.0)  # to warm up
        for clients in given.clients:
            print(json.dumps(load(port, clients, given.seconds)), flush=True)
        print(json.dumps({"sigterm": load(port, given.clients[-1], 2.0, service), "exit_code": service.wait(60)}))


if __name__ == "__main__":
    main()
