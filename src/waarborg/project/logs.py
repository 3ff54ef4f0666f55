"""What the processes say of themselves: one line of JSON an event, and never a local variable, a body or a cookie."""

import logging
import sys
from collections.abc import MutableMapping
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
    logging.basicConfig(level=logging.WARNING, format='{"level": "%(levelname)s", "logger": "%(name)s"}', force=True)


def hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out what must not be in a log, by the name under which it came."""
    return {key: "•••" if key.lower() in HIDDEN else value for key, value in event.items()}


def trace_without_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the places it passed; its message may quote data, so it stays out."""
    if not event.pop("exc_info", False):
        return event
    kind, _, trace = sys.exc_info()
    places = []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return {**event, "exception": kind.__name__ if kind else "", "places": places[-8:]}
