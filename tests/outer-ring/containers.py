"""The image, the compose files and the development container."""

from check import Check, Context, Edit, Fault, Render, everywhere
from schema import HERE


def hadolint(context: Context, render: Render, files: list[str]) -> str:
    """The image file."""
    return context.run(render.folder, "hadolint", "--no-color", *files)


def compose(context: Context, render: Render, files: list[str]) -> str:
    """Compose files against the Compose specification."""
    return context.run(render.folder, "check-jsonschema", "--builtin-schema", "vendor.compose-spec", *files)


def devcontainer(context: Context, render: Render, files: list[str]) -> str:
    """The development container against its specification."""
    return context.run(render.folder, "check-jsonschema", "--schemafile", HERE / "devcontainer.schema.json", *files)


def on_compose(render: Render) -> bool:
    """For checks of the platform with one host."""
    return render.platform == "compose"


COMPOSE = "deploy/compose/compose.yaml"
DEVCONTAINER = ".devcontainer/devcontainer.json"
CHECKS = (
    Check(
        "image: Dockerfile",
        "hadolint",
        ("Dockerfile",),
        hadolint,
        (Fault(Edit("Dockerfile", "USER 65532:65532", "USER nonroot"), "DL3066"),),
    ),
    Check(
        "compose: schema",
        "check-jsonschema",
        ("deploy/compose/*.yaml",),
        compose,
        (Fault(Edit(COMPOSE, "read_only: true", "readonly: true"), "readonly", "enterprise-compose"),),
        where=on_compose,
    ),
    Check(
        "development container: schema",
        "check-jsonschema",
        (DEVCONTAINER,),
        devcontainer,
        (Fault(Edit(DEVCONTAINER, '"forwardPorts"', '"forwardPort"'), "forwardPort"),),
        where=everywhere,
    ),
)
