"""What the processes say of themselves names events and places, never what someone typed."""

import json
import subprocess
import sys
from typing import Any

import pytest

BEFORE = """
import logging, structlog
from waarborg.project import logs
logs.set_up()
def broken(bsn):
    typed_by_somebody = f"BSN {bsn}"
    raise ValueError(typed_by_somebody)
"""


def said(script: str) -> tuple[str, list[dict[str, Any]]]:
    """Run this in a process of its own, as `serve` does, and return what it said, raw and line by line."""
    ended = subprocess.run([sys.executable, "-c", BEFORE + script], capture_output=True, text=True, check=True)
    assert ended.stdout == ""
    return ended.stderr, [json.loads(line) for line in ended.stderr.splitlines()]


def test_what_must_not_be_in_a_log_is_hidden_by_its_name_however_deep() -> None:
    raw, (line,) = said(
        "form = {'BSN': 'hunter2', 'more': [{'login': 'hunter2'}]}\n"
        "structlog.get_logger('x').warning('tried', password='hunter2', Token='hunter2', form=form, id=7)"
    )
    assert "hunter2" not in raw
    assert (line["event"], line["id"]) == ("tried", 7)


@pytest.mark.parametrize(
    "tells",
    [
        "structlog.get_logger('x').exception('job_failed', kind='k')",
        "logging.getLogger('django.request').exception('Internal Server Error: %s', '/personen/123456782')",
        "logging.getLogger('gunicorn.error').error('Exception', exc_info=True)",
        "logging.getLogger('anything').warning('BSN 123456782', exc_info=True, stack_info=True)",
    ],
)
def test_a_trace_tells_places_and_no_values(tells: str) -> None:
    raw, (line,) = said(f"try:\n    broken('123456782')\nexcept ValueError:\n    {tells}\n")
    assert "123456782" not in raw
    assert line["exception"] == "ValueError"
    assert any("broken" in place for place in line["places"])


def test_a_warning_of_a_library_says_who_spoke() -> None:
    _, lines = said("logging.getLogger('gunicorn.error').warning('x %s', 1); logging.getLogger('a').info('x')")
    assert lines == [{"level": "warning", "logger": "gunicorn.error"}]
