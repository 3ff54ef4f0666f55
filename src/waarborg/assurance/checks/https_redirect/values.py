"""What plain http answered, hop by hop, and by what measure it is judged."""

from pydantic import BaseModel


class Criteria(BaseModel, frozen=True, extra="forbid"):
    """`hosts` are the other hosts a redirect may lead to. A redirect's own body is a line of text, not a page."""

    hosts: tuple[str, ...] = ()
    largest_redirect_body: int = 4096


class Hop(BaseModel, frozen=True, extra="forbid"):
    """One answer on the way. Addresses without query; of cookies the names; `body_size` is None when it was cut off."""

    address: str
    failure: str | None = None
    status: int | None = None
    leads_to: str | None = None
    cookies: tuple[str, ...] = ()
    body_size: int | None = None
    trusted: bool | None = None

    @property
    def in_clear(self) -> bool:
        return self.address.startswith("http://")


class Walk(BaseModel, frozen=True, extra="forbid"):
    """The hops from one page on; `unfinished`: it was still in the clear when we stopped following."""

    page: str
    hops: tuple[Hop, ...]
    returned: bool = False
    unfinished: bool = False


class Observation(BaseModel, frozen=True, extra="forbid"):
    """`secure` is the answer over https at the same time: it shows that the server itself was there."""

    host: str
    plain_port: int
    walks: tuple[Walk, ...]
    secure: Hop | None = None
