"""The built service against its own interface. Slow: the service is compiled first."""

from check import Check, Context, Edit, Fault, Render


def contract(context: Context, render: Render, _files: list[str]) -> str:
    """`make contract`, with the pinned tool in the place where make looks for it."""
    tools = render.folder / ".tools"
    at = tools / "schemathesis-4.32.5" / "bin"
    at.mkdir(parents=True)
    (at / "schemathesis").symlink_to(context.tools / "bin" / "schemathesis")
    (tools / "bin").mkdir()
    (tools / "bin" / "schemathesis").symlink_to("../schemathesis-4.32.5/bin/schemathesis")
    return context.run(render.folder, "make", "--no-print-directory", "contract")


def balanced(render: Render) -> bool:
    """The service is the same in all presets; Quick Start has no contract test."""
    return render.name == "balanced-compose"


CHECKS = (
    Check(
        "contract: the service obeys openapi.yaml",
        "schemathesis",
        ("openapi.yaml", "src/**/*.rs"),
        contract,
        (Fault(Edit("openapi.yaml", '"404":', '"418":'), "Undocumented", "balanced-compose"),),
        where=balanced,
    ),
)
