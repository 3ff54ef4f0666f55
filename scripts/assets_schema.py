"""Write docs/assets.schema.json, the published JSON Schema of registers/assets.yaml, from the values that read it."""

import json
from pathlib import Path

from waarborg.registers.values.assets import Assets

PUBLISHED = Path(__file__).parents[1] / "docs" / "assets.schema.json"


def schema_text() -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Assets.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(schema_text(), encoding="utf-8")
