"""Planted faults: each must be found, and a whole configuration must pass."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import config

SECRET = """[[secret]]
name = "TOKEN"
used_by = [".github/workflows/deploy.yml"]
environments = ["production"]
owner = "org/team"
rotation_days = 90
"""


class Config(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("config/environments/production.env", "# a comment=with a sign\nPORT=1\nLOG_LEVEL=info\n")
        self.write("config/environments/staging.env", "LOG_LEVEL=debug\nPORT=2\n")
        self.write("config/secrets.toml", SECRET)
        self.write(".github/workflows/deploy.yml", "env:\n  A: ${{ secrets.TOKEN }}\n  B: ${{ secrets.GITHUB_TOKEN }}\n")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def test_a_whole_configuration_passes(self):
        self.assertEqual(config.parity(self.root) + config.secrets(self.root), [])

    def test_a_key_that_one_environment_lacks_is_found(self):
        self.write("config/environments/staging.env", "LOG_LEVEL=debug\n")
        self.assertEqual(config.parity(self.root), ["config/environments/staging.env: PORT is missing, and production has it"])

    def test_a_secret_that_is_not_declared_is_found(self):
        self.write("config/secrets.toml", "")
        self.assertIn("TOKEN is not declared", config.secrets(self.root)[0])

    def test_a_secret_is_found_however_it_is_spelled(self):
        for path in (".github/workflows/other.yaml", ".github/actions/set-up/action.yml"):
            for read in ("secrets['OTHER']", "secrets.OTHER", "Secrets [ 'OTHER' ]"):
                self.write(path, f"env: {{A: '${{{{ {read} }}}}'}}\n")
                self.assertEqual(config.secrets(self.root), [f"{path}: the secret OTHER is not declared in config/secrets.toml"])
            (self.root / path).unlink()

    def test_secrets_without_a_name_are_found(self):
        for read in ("toJSON(secrets)", "secrets[matrix.name]", "join(secrets.*, ',')"):
            self.write(".github/workflows/other.yml", f"# Not a word of (secrets).\nenv:\n  A: ${{{{ {read} }}}}\n")
            self.assertIn("reads secrets without their names", config.secrets(self.root)[0], read)

    def test_a_secret_of_a_manifest_that_is_not_declared_is_found(self):
        self.write("deploy/kubernetes/rollout.yaml", "valueFrom:\n  secretKeyRef:\n    name: orders\n    key: DB_PASSWORD\n")
        self.assertIn("DB_PASSWORD is not declared", config.secrets(self.root)[0])

    def test_a_secret_of_a_compose_file_is_used_there_and_handed_to_the_service(self):
        self.write("deploy/compose/compose.yaml", "image: ${IMAGE:?}\nenvironment:\n  DB_PASSWORD: ${DB_PASSWORD:?}\n")
        self.assertIn("DB_PASSWORD is not declared", config.secrets(self.root)[0])
        self.write("config/secrets.toml", SECRET + SECRET.replace("TOKEN", "DB_PASSWORD").replace(".github/workflows/deploy.yml", "deploy/compose/compose.yaml"))
        self.assertEqual(config.secrets(self.root), [])
        self.assertEqual(config.runtime(self.root), ["DB_PASSWORD"])

    def test_a_secret_that_nothing_uses_is_found(self):
        self.write("config/secrets.toml", SECRET + SECRET.replace("TOKEN", "OLD"))
        self.assertIn("OLD is declared, and no workflow", config.secrets(self.root)[0])

    def test_a_value_in_the_manifest_is_found_and_not_printed(self):
        self.write("config/secrets.toml", SECRET + 'value = "hunter2"\n')
        problems = config.secrets(self.root)
        self.assertIn("holds a value", problems[0])
        self.assertNotIn("hunter2", "".join(problems))

    def test_a_secret_without_a_rotation_is_found(self):
        self.write("config/secrets.toml", SECRET.replace("rotation_days = 90\n", ""))
        self.assertIn("has no `rotation_days`", config.secrets(self.root)[0])


if __name__ == "__main__":
    unittest.main()
