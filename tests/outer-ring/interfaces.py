"""What others read: the interface of the service, and the catalogue."""

import json
from pathlib import Path

import yaml

from check import Check, Context, Edit, Fault, Render

CATALOG = Path(__file__).with_name("catalog.mjs")


def redocly(context: Context, render: Render, files: list[str]) -> str:
    """The recommended rules, as errors."""
    code, said = context.ask(render.folder, "redocly", "lint", "--extends=recommended-strict", *files)
    return said if code or "warning" in said.replace("Deprecation warning", "") else ""


def catalog(context: Context, render: Render, _files: list[str]) -> str:
    """The entities, as Backstage itself validates them."""
    entities = list(yaml.safe_load_all((render.folder / "catalog-info.yaml").read_text()))
    for entity in entities:
        # Backstage puts the text of the file in this place before it validates.
        definition = entity["spec"].get("definition")
        if isinstance(definition, dict):
            entity["spec"]["definition"] = (render.folder / definition["$text"]).read_text()
    module = context.tools / "npm" / "node_modules" / "@backstage" / "catalog-model" / "dist" / "index.cjs.js"
    return context.run(render.folder, "node", CATALOG, module, stdin=json.dumps(entities))


CHECKS = (
    Check(
        "openapi: lint",
        "redocly",
        ("openapi.yaml",),
        redocly,
        (Fault(Edit("openapi.yaml", "operationId:", "operationIdd:"), "operationIdd"),),
        pure=True,
    ),
    Check(
        "catalogue: entities",
        "catalog-model",
        ("catalog-info.yaml", "openapi.yaml"),
        catalog,
        (
            Fault(Edit("catalog-info.yaml", "  lifecycle: production\n", ""), "lifecycle"),
            Fault(Edit("catalog-info.yaml", "$text: ./openapi.yaml", "$text: ./open-api.yaml"), "open-api.yaml"),
        ),
        pure=True,
    ),
)
