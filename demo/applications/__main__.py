"""Start both applications: `python -m demo.applications --folder VAR --ca-cert CA.PEM --ca-key CA.KEY`.

Prints one line of JSON when both answer, and ends on SIGTERM or SIGINT.
"""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from demo.applications.certificates import AuthorityUnusable
from demo.applications.definitions import APPLICATIONS
from demo.applications.running import running

USAGE = 3


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _asked(arguments)
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    try:
        with ExitStack() as stack:
            started = [
                stack.enter_context(
                    running(
                        application, asked.folder / application.id, ca_certificate=asked.ca_cert, ca_key=asked.ca_key
                    )
                )
                for application in APPLICATIONS
            ]
            print(json.dumps({"applications": [ready.summary() for ready in started]}), flush=True)
            ended.wait()
    except (AuthorityUnusable, OSError) as error:
        print(error, file=sys.stderr)
        return USAGE
    return 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.applications", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where their files go; made when it isn't there")
    parser.add_argument("--ca-cert", type=Path, required=True, help="the authority that signs their certificates")
    parser.add_argument("--ca-key", type=Path, required=True, help="its key, not encrypted")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
