"""Client for the searches among the jobs of a Ray cluster, through the address of its dashboard."""

import os
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from automl.cluster import prepare_ray
from automl.core import UsageError, unknown_name
from automl.jobs.ray_dashboard import ADDRESS_VARIABLE

STUDY = "automl.study"
"""Key in a job's metadata of the study that it searches."""

ARRIVAL = "automl.jobs.job_entrypoint"

STOP_SECONDS = 120
"""Seconds for a search that is stopped to hand over the best model so far, before it is killed."""

POLL_SECONDS = 1.0

NOT_YET = datetime.max.replace(tzinfo=UTC)
"""Start that is assumed for a job that has not started."""


@dataclass(frozen=True)
class Job:
    """A search on the cluster.

    Attributes:
        id: Ray's submission id.
        study: name of the study.
        state: Ray's status: PENDING, RUNNING, SUCCEEDED, FAILED or STOPPED.
        began: start of the job in UTC; None if it has not started.
        ended: end of the job in UTC; None if it has not ended.
        message: Ray's message about the status; may be empty.
    """

    id: str
    study: str
    state: str
    began: datetime | None
    ended: datetime | None
    message: str

    @property
    def is_over(self) -> bool:
        """Whether the job has ended."""
        return self.state not in {"PENDING", "RUNNING"}


class JobClient:
    """The searches among the jobs of a Ray cluster. Every method raises `UsageError` if the cluster refuses a call.

    Args:
        address: URL of the cluster's dashboard.

    Raises:
        UsageError: there is no answer at the address, or the cluster rejects our token.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        prepare_ray(on_loopback=False)
        from ray.exceptions import AuthenticationError  # noqa: PLC0415 - Ray reads its settings on import
        from ray.job_submission import JobSubmissionClient  # noqa: PLC0415 - as above

        self._no_entry = AuthenticationError
        os.environ.pop(ADDRESS_VARIABLE, None)  # Ray would prefer it to the given address
        os.environ.pop("RAY_ADDRESS", None)
        with self._translated_errors():
            self._client: Any = JobSubmissionClient(address)

    def submit(self, study: str, words: Sequence[str], folder: Path | None = None) -> str:
        """Submit a job that runs `automl.jobs.job_entrypoint` on the head node.

        Args:
            study: name of the study, which is stored in the job's metadata.
            words: command-line arguments of the entry point.
            folder: the folder that is uploaded as the job's working directory; None: nothing is uploaded.

        Returns:
            The submission id of the job.

        Raises:
            UsageError: the folder exceeds Ray's size limit.
        """
        environment: dict[str, Any] = {"env_vars": {"RAY_JOB_STOP_WAIT_TIME_S": str(STOP_SECONDS)}}
        if folder is not None:
            environment["working_dir"] = str(folder)
        with self._translated_errors():
            try:
                return str(
                    self._client.submit_job(
                        entrypoint=shlex.join(["python", "-m", ARRIVAL, *words]),
                        submission_id=f"automl-{uuid4().hex[:12]}",
                        runtime_env=environment,
                        metadata={STUDY: study},
                    )
                )
            except ValueError as error:  # Ray raises it for a package beyond its size limit
                raise UsageError(
                    f"the data must be small enough to be sent to the cluster, but Ray answered: {error}; put it on a "
                    "disk of the head, and start the search there"
                ) from error

    def all(self) -> list[Job]:
        """Return all searches, the latest first."""
        with self._translated_errors():
            found = self._client.list_jobs()
        jobs = [_job(each) for each in found if STUDY in (each.metadata or {})]
        return sorted(jobs, key=lambda job: job.began or NOT_YET, reverse=True)

    def of(self, study: str) -> Job:
        """Return the latest search of `study`, which is the name of a study or the id of a job.

        Raises:
            UsageError: no such search was submitted.
        """
        jobs = self.all()
        for job in jobs:
            if study in {job.study, job.id}:
                return job
        raise UsageError(unknown_name("submitted study", study, dict.fromkeys(job.study for job in jobs)))

    def log(self, job: Job) -> str:
        """Return everything that `job` has printed so far."""
        with self._translated_errors():
            return str(self._client.get_job_logs(job.id))

    def followed(self, job: Job, sleep: Callable[[float], None] = time.sleep) -> Iterator[str]:
        """Follow the output of a job until it ends.

        Args:
            job: the job.
            sleep: waits for a number of seconds between two polls.

        Yields:
            The output so far, and then each new piece of it.
        """
        printed = 0
        while True:
            is_over = self.of(job.id).is_over  # queried before the log is read, so that the last lines are never missed
            output = self.log(job)
            if len(output) > printed:
                yield output[printed:]
                printed = len(output)
            if is_over:
                return
            sleep(POLL_SECONDS)

    def stop(self, job: Job) -> None:
        """Request an orderly stop of `job`. Ray kills it if it still runs after `STOP_SECONDS`."""
        with self._translated_errors():
            self._client.stop_job(job.id)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Convert the errors of Ray's client to `UsageError` with a clear message."""
        try:
            yield
        except OSError as error:  # Ray's own ConnectionError, and those of the library below
            raise UsageError(
                f"the dashboard of a Ray cluster must answer at {self.address}, but nothing does; give the head's with "
                f"--dashboard or {ADDRESS_VARIABLE}"
            ) from error
        except self._no_entry as error:
            raise UsageError(
                f"the Ray cluster at {self.address} must accept this process, which needs its token: put what `ray "
                "get-auth-token` prints on its head into RAY_AUTH_TOKEN or ~/.ray/auth_token"
            ) from error
        except RuntimeError as error:
            raise UsageError(f"the Ray cluster at {self.address} failed to do this: {error}") from error


def _job(found: Any) -> Job:
    return Job(
        found.submission_id or found.job_id,
        found.metadata[STUDY],
        str(getattr(found.status, "value", found.status)),
        _moment(found.start_time),
        _moment(found.end_time),
        found.message or "",
    )


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
