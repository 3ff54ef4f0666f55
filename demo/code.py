"""The code that an invented person's phone would show now: `python -m demo.code noor`."""

import os
import sys
from pathlib import Path

from demo.people import kept
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.kernel import clock


def main() -> int:
    file = Path(os.environ.get("WAARBORG_DEMO_FOLDER", "var/demo")) / "logins.json"
    if not file.exists():
        print("No demonstration runs here. Start it with 'make demo'.", file=sys.stderr)
        return 1
    people = kept(file)
    for name in sys.argv[1:] or people:
        if name not in people:
            print(f"Nobody logs in as {name}. There are: {', '.join(people)}.", file=sys.stderr)
            return 1
        print(f"{name:<6} {code_at(people[name].secret, step_at(clock.now()))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
