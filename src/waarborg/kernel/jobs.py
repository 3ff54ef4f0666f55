"""Work done later, at least once: rows with a lease, attempts and back-off.

1. A job is enqueued inside the transaction of the act that wants it, so it exists exactly when the act does.
2. A worker takes a job by a conditional update that sets a lease; one that dies lets the lease run out, and the job is due again.
3. Only the attempt that holds the lease may finish a job.
4. After MOST_ATTEMPTS failures a job is dead: kept, counted and shown, and it blocks nothing behind it. An attempt that took its worker
   with it counts as one.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import close_old_connections
from django.db.models import F

from waarborg.kernel import clock
from waarborg.kernel.models import Job
from waarborg.kernel.references import new_id
from waarborg.kernel.transactions import current

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=5)
log = structlog.get_logger(__name__)

Handler = Callable[[UUID, Mapping[str, Any], datetime], None]
"""What does a kind of job: it gets the scope, the arguments and the time."""


@dataclass(frozen=True)
class Claimed:
    """A job in hand, with the lease under which it may be finished."""

    id: UUID
    lease: UUID
    kind: str
    scope: UUID
    arguments: Mapping[str, Any]
    attempt: int


def enqueue(
    kind: str,
    arguments: Mapping[str, Any],
    *,
    scope: UUID,
    now: datetime,
    due_at: datetime | None = None,
    unique: str | None = None,
) -> UUID:
    """Ask for work in the running transaction, and return its id. A unique job that waits already is returned as it is."""
    current()
    values = {"pk": new_id(), "scope": scope, "arguments": dict(arguments), "due_at": due_at or now, "created_at": now}
    if unique is None:
        return Job.objects.create(kind=kind, **values).pk
    job, _ = Job.objects.get_or_create(kind=kind, unique=unique, state=Job.State.READY, defaults=values)
    return job.pk


def claim(now: datetime) -> Claimed | None:
    """Take the job that has been due longest, or None. Safe with any number of workers."""
    due = Job.objects.filter(state=Job.State.READY, due_at__lte=now).order_by("due_at")
    for job in due[:10]:
        if job.attempts >= MOST_ATTEMPTS:
            _bury_orphan(job, now)
            continue
        lease = new_id()
        taken = Job.objects.filter(pk=job.pk, state=Job.State.READY, due_at=job.due_at, lease=job.lease).update(
            lease=lease, due_at=now + LEASE, attempts=F("attempts") + 1
        )
        if taken:
            return Claimed(job.pk, lease, job.kind, job.scope, job.arguments, job.attempts + 1)
    return None


def finish(job: Claimed, now: datetime) -> bool:
    """Mark a job done. False when its lease was lost: another attempt does it, or did."""
    return bool(_held(job).update(state=Job.State.DONE, finished_at=now, lease=None, error=""))


def fail(job: Claimed, error: str, now: datetime) -> None:
    """Let a job be tried again later, or bury it. `error` is the name of what went wrong, without data."""
    if job.attempt >= MOST_ATTEMPTS:
        _held(job).update(state=Job.State.DEAD, finished_at=now, lease=None, error=error[:200])
        return
    delay = FIRST_DELAY * 2 ** (job.attempt - 1)
    _held(job).update(due_at=now + delay, lease=None, error=error[:200])


def work_once(handlers: Mapping[str, Handler], now: datetime) -> bool:
    """Do one due job. False when there was none."""
    job = claim(now)
    if job is None:
        return False
    try:
        handlers[job.kind](job.scope, job.arguments, now)
    except Exception as error:
        log.exception("job_failed", job=str(job.id), kind=job.kind, attempt=job.attempt)
        close_old_connections()  # a connection that broke would break whatever this thread does next
        fail(job, type(error).__name__, clock.now())
    else:
        finish(job, clock.now())
    return True


def work(handlers: Mapping[str, Handler], *, stopped: Callable[[], bool], pause: float = 0.5) -> None:
    """Do jobs until `stopped` says so; sleep `pause` seconds when there are none."""
    while not stopped():
        if not work_once(handlers, clock.now()):
            time.sleep(pause)


def _bury_orphan(job: Job, now: datetime) -> None:
    """Nobody came back from the last attempt: not the work failed but the worker, each time."""
    still = Job.objects.filter(pk=job.pk, state=Job.State.READY, lease=job.lease, due_at=job.due_at)
    still.update(state=Job.State.DEAD, finished_at=now, lease=None, error="worker_died")


def _held(job: Claimed) -> Any:
    return Job.objects.filter(pk=job.id, lease=job.lease, state=Job.State.READY)
