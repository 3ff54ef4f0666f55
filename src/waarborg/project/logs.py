"""What the processes say of themselves: one line of JSON an event, and never a local variable, a body or a cookie."""

import json
import logging
import sys
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog

HIDDEN = frozenset({"authorization", "bsn", "code", "cookie", "email", "login", "name", "password", "secret", "token"})


def set_up() -> None:
    """Send structlog and the standard library's logging to standard error, in one form."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            hide,
            trace_without_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    told = logging.StreamHandler(sys.stderr)
    told.setFormatter(Bare())
    logging.basicConfig(level=logging.WARNING, handlers=[told], force=True)


class Bare(logging.Formatter):
    """Says which library spoke, and where it went wrong; what it says may quote data, so that stays out."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {"level": record.levelname.lower(), "logger": record.name}
        if record.exc_info and record.exc_info[0] is not None:
            said |= _where(record.exc_info[0], record.exc_info[2])
        return json.dumps(said)


def hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out what must not be in a log, by the name under which it came, however deep."""
    return {key: _hidden(key, value) for key, value in event.items()}


def _hidden(name: str, value: Any) -> Any:
    if name.lower() in HIDDEN:
        return "•••"
    if isinstance(value, Mapping):
        return {key: _hidden(str(key), item) for key, item in value.items()}
    return [_hidden("", item) for item in value] if isinstance(value, list | tuple) else value


def trace_without_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the places it passed; its message may quote data, so it stays out."""
    if not event.pop("exc_info", False):
        return event
    kind, _, trace = sys.exc_info()
    return {**event, **_where(kind, trace)}


def _where(kind: type[BaseException] | None, trace: TracebackType | None) -> dict[str, Any]:
    places = []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return {"exception": kind.__name__ if kind else "", "places": places[-8:]}
