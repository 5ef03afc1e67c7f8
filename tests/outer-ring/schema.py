"""The vendored schemas, and how they are made strict."""

import gzip
import json
from functools import cache
from pathlib import Path

import jsonschema

HERE = Path(__file__).resolve().parent / "schemas"


@cache
def load(name: str) -> dict:
    """A schema of the folder `schemas`."""
    packed = HERE / f"{name}.json.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (HERE / f"{name}.schema.json").read_bytes()
    return json.loads(text)


def strict(schema: object, names: bool = False) -> object:
    """The schema as JSON Schema, where a key that it does not name is an error.

    Below `properties` every key is the name of a property, never a keyword.
    """
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value, key == "properties") for key, value in schema.items()}
    if names:
        return made
    if "properties" in made and not made.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    if made.pop("x-kubernetes-int-or-string", False):
        made["type"] = ["integer", "string"]
    if made.pop("nullable", False) and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def findings(schema: object, document: object, about: str) -> list[str]:
    """Everything that the schema says against a document; where it offers alternatives, what the nearest one says."""
    validator = jsonschema.Draft202012Validator(schema)
    found = []
    for error in validator.iter_errors(document):
        nearest = jsonschema.exceptions.best_match([error])
        found.append(
            f"{about}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]} ({nearest.message[:300]})"
        )
    return found
