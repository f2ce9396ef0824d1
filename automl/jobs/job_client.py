"""The jobs of one Ray cluster that are searches, through its dashboard's address."""

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
"""In a job's metadata: the study that it searches."""

ARRIVAL = "automl.jobs.job_entrypoint"

STOP_SECONDS = 120
"""What a search that is stopped may take to hand over the best model so far, before it is killed."""

SECONDS_BETWEEN_LOOKS = 1.0

NOT_YET = datetime.max.replace(tzinfo=UTC)
"""When a job begins that has not begun."""


@dataclass(frozen=True)
class Job:
    """A search on the cluster. `state` is Ray's word: PENDING, RUNNING, SUCCEEDED, FAILED or STOPPED."""

    id: str
    study: str
    state: str
    began: datetime | None
    ended: datetime | None
    message: str

    @property
    def is_over(self) -> bool:
        """Whether it will do nothing more."""
        return self.state not in {"PENDING", "RUNNING"}


class JobClient:
    """The searches among the jobs of the cluster whose dashboard answers at `address`.

    Raises:
        UsageError: nothing answers there, or it does not let us in.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        prepare_ray(on_loopback=False)
        from ray.exceptions import AuthenticationError  # noqa: PLC0415 - Ray reads its settings on import
        from ray.job_submission import JobSubmissionClient  # noqa: PLC0415 - as above

        self._no_entry = AuthenticationError
        os.environ.pop(ADDRESS_VARIABLE, None)  # Ray would take it before what was given
        os.environ.pop("RAY_ADDRESS", None)
        with self._told():
            self._client: Any = JobSubmissionClient(address)

    def submit(self, study: str, words: Sequence[str], folder: Path | None = None) -> str:
        """Run `automl.jobs.job_entrypoint` with `words` on the head, in a copy of `folder`, and return the job's id.

        Raises:
            UsageError: the folder is too large to be sent.
        """
        environment: dict[str, Any] = {"env_vars": {"RAY_JOB_STOP_WAIT_TIME_S": str(STOP_SECONDS)}}
        if folder is not None:
            environment["working_dir"] = str(folder)
        with self._told():
            try:
                return str(
                    self._client.submit_job(
                        entrypoint=shlex.join(["python", "-m", ARRIVAL, *words]),
                        submission_id=f"automl-{uuid4().hex[:12]}",
                        runtime_env=environment,
                        metadata={STUDY: study},
                    )
                )
            except ValueError as error:  # Ray's word for a package beyond its limit
                raise UsageError(
                    f"the data must be small enough to be sent to the cluster, but Ray said: {error}; put them on a "
                    "disk of the head, and start the search there"
                ) from error

    def all(self) -> list[Job]:
        """The searches, the latest first."""
        with self._told():
            found = self._client.list_jobs()
        jobs = [_job(each) for each in found if STUDY in (each.metadata or {})]
        return sorted(jobs, key=lambda job: job.began or NOT_YET, reverse=True)

    def of(self, study: str) -> Job:
        """The latest search of a study.

        Raises:
            UsageError: there is none.
        """
        jobs = self.all()
        for job in jobs:
            if study in {job.study, job.id}:
                return job
        raise UsageError(unknown_name("submitted study", study, dict.fromkeys(job.study for job in jobs)))

    def log(self, job: Job) -> str:
        """What it has printed."""
        with self._told():
            return str(self._client.get_job_logs(job.id))

    def followed(self, job: Job, sleep: Callable[[float], None] = time.sleep) -> Iterator[str]:
        """What it has printed and prints until its end, piece by piece."""
        shown = 0
        while True:
            is_over = self.of(job.id).is_over  # asked before the log is read, so that the end of it is never missed
            said = self.log(job)
            if len(said) > shown:
                yield said[shown:]
                shown = len(said)
            if is_over:
                return
            sleep(SECONDS_BETWEEN_LOOKS)

    def stop(self, job: Job) -> None:
        """Asks it to end in good order."""
        with self._told():
            self._client.stop_job(job.id)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever goes wrong on the way to the cluster is told in our words."""
        try:
            yield
        except OSError as error:  # Ray's own ConnectionError, and those of the library below
            raise UsageError(
                f"the dashboard of a Ray cluster must answer at {self.address}, but nothing does; give the head's with "
                f"--dashboard or {ADDRESS_VARIABLE}"
            ) from error
        except self._no_entry as error:
            raise UsageError(
                f"the Ray cluster at {self.address} must let us in; its token must be ours: put what `ray "
                "get-auth-token` prints on its head into RAY_AUTH_TOKEN or ~/.ray/auth_token"
            ) from error
        except RuntimeError as error:
            raise UsageError(f"the Ray cluster at {self.address} could not do it: {error}") from error


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
