"""Secrets, in every commit, with the scanner that the generated pipeline uses."""

import base64
import hashlib

from check import Add, Check, Context, Fault, Render

# Made here, so that no file of this repository holds what looks like a key.
KEY = "AKIA" + base64.b32encode(hashlib.sha256(b"a planted fault").digest()).decode()[:16]


def gitleaks(context: Context, render: Render, _files: list[str]) -> str:
    """The same call as `make secrets-scan`, without its exceptions."""
    exceptions = [name for name in (".gitleaks.toml", ".gitleaksignore") if (render.folder / name).exists()]
    if exceptions:
        return f"exceptions: {exceptions}"
    return context.run(render.folder, "gitleaks", "git", "--verbose", "--redact", "--no-banner", "--no-color", ".")


CHECKS = (
    Check(
        "secrets: every commit",
        "gitleaks",
        ("**/*",),
        gitleaks,
        (
            Fault(Add("config/environments/production.env", f"AWS_ACCESS_KEY_ID={KEY}\n"), "aws-access-token"),
            Fault(
                Add(
                    "config/key.pem",
                    f"-----BEGIN RSA {'PRIVATE'} KEY-----\n{KEY * 8}\n-----END RSA {'PRIVATE'} KEY-----\n",
                ),
                "private-key",
            ),
        ),
    ),
)
