"""Static files, served by the application itself from the package; nothing has to be collected first."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class Storage(StaticFilesStorage):
    """Adds a digest of the content to each address, so that a browser never mixes two versions."""

    def url(self, name: str | None, *args: object, **kwargs: object) -> str:  # noqa: ARG002 - Django's signature
        plain = super().url(name)
        return f"{plain}?v={_digest(name)}" if name else plain


@lru_cache(maxsize=256)
def _digest(name: str) -> str:
    found = finders.find(name)
    return sha256(Path(found).read_bytes()).hexdigest()[:10] if isinstance(found, str) else "0"
