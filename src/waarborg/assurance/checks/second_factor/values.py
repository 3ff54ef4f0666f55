"""What was done and seen, step by step. No cookie, password, code or token is ever part of it."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Criteria(BaseModel):
    """How the trying is done; what counts as refused stands in the recipe and is held against the positive control."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pause_after_wrong_code_ms: int = Field(ge=0, le=10_000)
    """Good applications answer no code at all for a second after a wrong one."""
    seconds_left_in_step: int = Field(ge=0, le=15)
    """A code is sent only while it holds for at least this long."""
    most_codes: int = Field(ge=1, le=2)
    """A right code may be refused once: someone else just used it, or the application pauses longer after wrong ones."""


class Visit(StrEnum):
    """One session with the application, begun without anything."""

    ANONYMOUS = "anonymous"
    FIRST = "first"
    """Password, then the protected page; then a wrong code, and the page again."""
    CONTROL = "control"
    """Password and the right code: the positive control."""
    AFTERWARDS = "afterwards"
    """Password alone again, now that this account has just given its factor elsewhere."""


class Gave(StrEnum):
    """What the visitor had given when the step was taken."""

    NOTHING = "nothing"
    PASSWORD = "password"  # noqa: S105 - the name of a stage
    WRONG_CODE = "wrong_code"
    CODE = "code"


class Page(StrEnum):
    """Which page was asked for, as the recipe names them."""

    PROTECTED = "protected"
    LOGIN = "login"
    FACTOR = "factor"
    OTHER = "other"


class Step(BaseModel):
    """One request and what the application answered."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    visit: Visit
    gave: Gave
    method: str
    path: str
    page: Page
    status: int | None = None
    redirect_to: str | None = None
    """Path only; "elsewhere" for another host."""
    marker: bool = False
    """The text that only someone inside sees was there."""
    refusal_text: bool = False
    size: int = 0
    failure: str = ""

    @property
    def inside(self) -> bool:
        """The protected page itself was shown. A marker elsewhere says nothing."""
        return self.marker and self.page is Page.PROTECTED


class Refusal(BaseModel):
    """How the recipe says that the application turns someone away."""

    model_config = ConfigDict(frozen=True)

    status: tuple[int, ...] = ()
    redirects: tuple[str, ...] = ()

    def turns_away(self, step: Step) -> bool:
        """A refusal that shows the protected text anyway is none."""
        said = step.refusal_text or step.status in self.status or step.redirect_to in self.redirects
        return said and not step.marker and not step.failure


class Stop(BaseModel):
    """Why the trying ended early: a finding's code, and the one fact its sentence needs."""

    model_config = ConfigDict(frozen=True)

    code: str
    fact: str = ""


class Observation(BaseModel):
    model_config = ConfigDict(frozen=True)

    account: str = ""
    protected_path: str = ""
    refusal: Refusal = Refusal()
    steps: tuple[Step, ...] = ()
    stopped: Stop | None = None
    answers_everything: bool | None = None
    remembered: bool = False
    """The last visit carried the lasting cookies that the positive control ended with."""
    login_attempts: int = 0
