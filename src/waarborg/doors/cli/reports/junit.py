"""The report for build servers. Not met is a failure; unknown is an error, never a pass."""

import re
from xml.etree import ElementTree as ET

from waarborg.assurance.values import Outcome
from waarborg.doors.cli.reports.values import Line, Report

# Characters that XML 1.0 can't hold, whatever a server sent.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(report: Report) -> str:
    suite = ET.Element(
        "testsuite",
        name=_text(f"waarborg check {report.title}"),
        tests=str(len(report.lines)),
        failures=str(report.count(Outcome.NOT_MET)),
        errors=str(report.count(Outcome.UNKNOWN)),
        skipped="0",
        timestamp=report.when.strftime("%Y-%m-%dT%H:%M:%S"),
        time=f"{sum(line.seconds for line in report.lines):.3f}",
    )
    for line in report.lines:
        _add_case(suite, line, report)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add_case(suite: ET.Element, line: Line, report: Report) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_text(f"waarborg.{line.check.id}"),
        name=_text(f"{line.check.title[report.language]} ({line.subject})"),
        time=f"{line.seconds:.3f}",
    )
    findings = line.measurement.verdict.findings
    saw = "; ".join(line.sentence(finding, "saw", report.language) for finding in findings)
    if line.outcome == Outcome.MET:
        ET.SubElement(case, "system-out").text = _text(saw)
        return
    kind = "failure" if line.outcome == Outcome.NOT_MET else "error"
    told = ET.SubElement(case, kind, message=_text(saw), type=",".join(finding.code for finding in findings))
    told.text = _text(
        "\n".join(filter(None, (line.sentence(finding, "remedy", report.language) for finding in findings)))
    )


def _text(text: str) -> str:
    return NOT_XML.sub("\ufffd", text)
