"""Policy as code, by the engine that the generated pipeline uses."""

from check import Add, Check, Context, Edit, Fault, Render

POLICIES = ("policy/*.rego", "policy/*.json")


def with_policies(render: Render) -> bool:
    """Quick Start has none."""
    return render.preset != "quick-start"


def opa(*words: str):
    """One command of the engine."""

    def ask(context: Context, render: Render, _files: list[str]) -> str:
        return context.run(render.folder, "opa", *words, "policy")

    return ask


def own(context: Context, render: Render, _files: list[str]) -> str:
    """A repository as it was generated breaks none of its own policies, whatever the level of its preset."""
    return context.run(render.folder, "python3", "scripts/policy.py", "deny")


CHECKS = (
    Check(
        "policies: types and imports",
        "opa",
        POLICIES,
        opa("check", "--strict"),
        (
            Fault(
                Add("policy/decision.rego", "\nunused contains name if {\n\tname := undefined_name\n}\n"),
                "undefined_name",
            ),
        ),
        where=with_policies,
        pure=True,
    ),
    Check(
        "policies: unit tests",
        "opa",
        POLICIES,
        opa("test", "--threshold=0"),
        (
            Fault(
                Add("policy/decision_test.rego", "\ntest_nothing_is_ever_true if {\n\tfalse\n}\n"),
                "test_nothing_is_ever_true",
            ),
        ),
        where=with_policies,
        pure=True,
    ),
    Check(
        "policies: format",
        "opa",
        POLICIES,
        opa("fmt", "--fail", "--diff"),
        (Fault(Add("policy/decision.rego", "\n\n\n"), "unexpected diff"),),
        where=with_policies,
        pure=True,
    ),
    Check(
        "policies: the repository keeps its own",
        "opa",
        POLICIES,
        own,
        (
            Fault(
                Edit(".github/workflows/ci.yml", "timeout-minutes:", "# timeout-minutes:"), ".github/workflows/ci.yml"
            ),
        ),
        where=with_policies,
    ),
)
