"""Numbers of a service in Prometheus' text format."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_TEXTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1024)


class ServiceMetrics:
    """Counts of one service; they belong to no global registry.

    Attributes:
        requests: requests by their HTTP status.
        seconds: time from a request to its answer.
        batches: number of texts of each batch.
        waiting: texts that wait now.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter("automl_requests", "Predictions asked for.", ["status"], registry=self._registry)
        self.seconds = Histogram(
            "automl_request_seconds", "Time to an answer.", buckets=_SECONDS, registry=self._registry
        )
        self.batches = Histogram("automl_batch_texts", "Texts of a batch.", buckets=_TEXTS, registry=self._registry)
        self.waiting = Gauge("automl_waiting_texts", "Texts that wait.", registry=self._registry)

    def text(self) -> bytes:
        """Return all numbers in Prometheus' text format."""
        return generate_latest(self._registry)
