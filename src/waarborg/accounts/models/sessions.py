"""Who is in, and who was told that what they see is confidential."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from waarborg.accounts.models.persons import Person
from waarborg.accounts.models.rows import Row
from waarborg.accounts.rules.sessions import Limits, new_token, over, token_digest
from waarborg.accounts.values import EndReason, Entered, ProvenWith, SessionLine, Stage
from waarborg.kernel.keyring import unseal_text
from waarborg.kernel.references import new_id

STORED_STAGES = [(stage.value, stage.value) for stage in Stage if stage not in {Stage.WAITING, Stage.LAPSED}]


class NotAtThisStage(Exception):
    """The session ended, or this step of it was done or isn't due."""


class Session(Row):
    """One way in, from a proven password to its end. The scope of the row is where the person acts."""

    token = models.BinaryField(max_length=32, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sessions")
    stage = models.CharField(max_length=10, choices=STORED_STAGES)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)
    """When the second factor was last proven in it; grave acts want it to be recent."""
    proven_with = models.CharField(max_length=20, choices=[(each.value, each.value) for each in ProvenWith], default="")
    idle_minutes = models.PositiveSmallIntegerField(default=0)
    """How long it may stand idle, by the strictest of the roles it came in with; 0 for what holds for everyone."""
    longest_hours = models.PositiveSmallIntegerField(default=0)
    device = models.BinaryField(max_length=32, null=True)
    """Keyed digest of what the browser keeps to be known again; see operations.throttle."""
    access_point = models.BinaryField(null=True)
    """Network address and browser it came in from."""
    new_place = models.BooleanField(default=False)
    """The person hadn't come in from there before."""
    told_at = models.DateTimeField(null=True)
    """When the person said that a log-in from a new place was theirs."""
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, choices=[(reason.value, reason.value) for reason in EndReason], default="")

    personal_data: ClassVar[Mapping[str, str]] = {"access_point": "an address of RFC 5737 and a browser's name, sealed"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=[value for value, _ in STORED_STAGES]), name="session_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, reason="") | (Q(ended_at__isnull=False) & ~Q(reason="")),
                name="an_ended_session_says_why",
            ),
        ]
        indexes = [
            # read by end_idle_sessions only
            models.Index(fields=["last_seen_at"], condition=Q(ended_at=None), name="living_sessions"),
        ]

    @classmethod
    def begin(cls, person: Person, stage: Stage, *, scope: UUID, now: datetime) -> Entered:
        """Open a session and return its token, which exists nowhere else."""
        entered, session = cls.made(person, stage, scope, now)
        session.save(force_insert=True)
        return entered

    @classmethod
    def made(cls, person: Person, stage: Stage, scope: UUID, now: datetime) -> tuple[Entered, "Session"]:
        """Return a session that isn't saved yet, for who has more to put on it."""
        token = new_token()
        session = cls(
            id=new_id(),
            scope=scope,
            token=token_digest(token),
            person=person,
            stage=stage,
            started_at=now,
            last_seen_at=now,
        )
        return Entered(token, stage), session

    @classmethod
    def at(cls, stage: Stage, session: UUID, *, person: UUID) -> "Session":
        """Return a living session of this person that is at this stage, locked. Raises NotAtThisStage."""
        living = cls.objects.select_for_update(of=("self",)).select_related("person")
        try:
            return living.get(pk=session, person_id=person, stage=stage, ended_at=None)
        except cls.DoesNotExist as error:
            raise NotAtThisStage from error

    def advance(self, stage: Stage, now: datetime, *, proven_with: ProvenWith | None = None) -> Entered:
        """Take the session a stage further under a new token; the old one opens nothing (session fixation).

        `proven_with` says that the second factor was proven just now, and how. A session that was full already doesn't
        last longer by it.
        """
        token, was = new_token(), Stage(self.stage)
        self.token, self.stage, self.last_seen_at = token_digest(token), stage, now
        if proven_with is not None:
            self.proven_at, self.proven_with = now, proven_with
        if stage is Stage.FULL and was is not Stage.FULL:
            self.started_at = now
        self.save()
        return Entered(token, stage)

    def over(self, now: datetime) -> EndReason | None:
        """Tell why it is over, by the limits of this installation, or None while it lives."""
        general = settings.WAARBORG.sessions
        limits = Limits(
            timedelta(minutes=self.idle_minutes or general.idle_minutes),
            timedelta(hours=self.longest_hours or general.longest_hours),
        )
        stage = Stage(self.stage)
        return over(stage=stage, started_at=self.started_at, last_seen_at=self.last_seen_at, limits=limits, now=now)

    @property
    def opened_access_point(self) -> str:
        return "" if self.access_point is None else unseal_text(self.access_point, self.place("access_point"))

    def line(self, *, current: UUID) -> SessionLine:
        """Return it as its owner sees it, from the session `current`."""
        return SessionLine(
            id=self.pk,
            started_at=self.started_at,
            last_seen_at=self.last_seen_at,
            access_point=self.opened_access_point,
            proven_with=ProvenWith(self.proven_with) if self.proven_with else None,
            current=self.pk == current,
            new_place=self.new_place,
        )


class Acknowledgement(Row):
    """Someone was told that what they will see is confidential, and said so. Only grows."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements")
    session = models.UUIDField()
    notice_version = models.CharField(max_length=20)
    at = models.DateTimeField()
