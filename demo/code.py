"""The code that an invented person's phone would show now: `python -m demo.code noor`."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from waarborg.accounts.rules.factors import code_at, step_at


def main() -> int:
    file = Path(os.environ.get("WAARBORG_DEMO_FOLDER", "var/demo")) / "logins.json"
    if not file.exists():
        print("No demonstration runs here. Start it with 'make demo'.", file=sys.stderr)
        return 1
    people = json.loads(file.read_text(encoding="utf-8"))
    unknown = [name for name in sys.argv[1:] if name not in people]
    if unknown:
        print(f"Nobody logs in as {unknown[0]}. There are: {', '.join(people)}.", file=sys.stderr)
        return 1
    for name in sys.argv[1:] or people:
        print(f"{name:<12} {code_at(people[name]['secret'], step_at(datetime.now(UTC)))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
