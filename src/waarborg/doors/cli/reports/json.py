"""The report for programs: everything needed to judge again and to check the digests without us."""

import json
from typing import Any

from waarborg.assurance.checks.loading import evidence, evidence_digest
from waarborg.assurance.values import Finding
from waarborg.doors.cli.reports.values import Line, Report

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
    return {
        "check": line.check.id,
        "title": line.check.title[report.language],
        "subject": line.subject,
        "outcome": line.outcome.value,
        "findings": [_finding(finding, line, report) for finding in line.measurement.verdict.findings],
        "criteria_digest": line.measurement.criteria_digest,
        "evidence_digest": evidence_digest(line.measurement, subject=line.subject),
        "evidence": evidence(line.measurement, subject=line.subject),
    }


def _finding(finding: Finding, line: Line, report: Report) -> dict[str, Any]:
    sentences = {
        "saw": line.sentence(finding, "saw", report.language),
        "why": line.sentence(finding, "why", report.language),
        "remedy": line.sentence(finding, "remedy", report.language),
    }
    return {"code": finding.code, "facts": dict(finding.facts), **sentences}
