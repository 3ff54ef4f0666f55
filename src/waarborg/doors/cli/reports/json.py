"""The report for programs: everything needed to judge again and to check the digests without us."""

import json
from typing import Any

from waarborg.assurance.checks.evidence import evidence_as_kept
from waarborg.assurance.values import Finding
from waarborg.doors.cli.reports.values import Line, Report
from waarborg.kernel.canonical import digest

FORMAT = "waarborg-check/1"


def render_json(report: Report) -> str:
    content = {
        "format": FORMAT,
        "version": report.version,
        "target": report.title,
        "when": report.when.isoformat(),
        "language": report.language,
        "exit_code": report.exit_code,
        "checks": [_line(line, report) for line in report.lines],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _line(line: Line, report: Report) -> dict[str, Any]:
    """`evidence_digest` is the SHA-256 over the canonical form of `evidence`, as it stands here."""
    measured = line.measurement
    kept = evidence_as_kept(measured, subject=line.subject, judged_at=measured.observed_at)
    return {
        "check": line.check.id,
        "title": line.check.title[report.language],
        "subject": line.subject,
        "outcome": line.outcome.value,
        "findings": [_finding(finding, line, report) for finding in measured.verdict.findings],
        "criteria_digest": measured.criteria_digest,
        "evidence_digest": digest(kept),
        "evidence": kept,
    }


def _finding(finding: Finding, line: Line, report: Report) -> dict[str, Any]:
    sentences = {
        "saw": line.sentence(finding, "saw", report.language),
        "why": line.sentence(finding, "why", report.language),
        "remedy": line.sentence(finding, "remedy", report.language),
    }
    return {"code": finding.code, "facts": dict(finding.facts), **sentences}
