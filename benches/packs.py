"""Packs to be measured with, of any number of files."""

import pathlib
import shutil

# Two kibibytes, as a file of the built-in pack has: a pack of much smaller ones would measure the file system.
LINES = "".join(f"line {number} of something that a team reads and edits\n" for number in range(40))


def write_pack(pack: pathlib.Path, files: int, version: str = "1.0.0", ownership: str = "shared") -> None:
    """A pack of so many templates, of which every second one differs from version to version."""
    shutil.rmtree(pack, ignore_errors=True)
    stack = pack / "templates" / "plain"
    (pack / "presets").mkdir(parents=True)
    (stack / "files").mkdir(parents=True)
    question = '[[question]]\nkey = "service_name"\nask = "Name"\ntype = "string"\ndefault = "orders"\n'
    (pack / "pack.toml").write_text(f'[pack]\nname = "bench"\nversion = "{version}"\nsummary = "s"\n{question}')
    (pack / "presets" / "only.toml").write_text('title = "Only"\nsummary = "s"\ncomponents = []\n')
    owned = f'[[files]]\nmatch = "**"\nownership = "{ownership}"\n'
    (stack / "component.toml").write_text(f'title = "Plain"\nwhy = "w"\nkind = "stack"\n{owned}')
    for path, text in templates(files, version):
        place = stack / "files" / f"{path}.tera"
        place.parent.mkdir(exist_ok=True)
        place.write_text(text.replace("NAME", "{= service_name =}"))


def templates(files: int, version: str = "1.0.0"):
    """Path and text of each, with `NAME` where the name of the service belongs."""
    for number in range(files):
        # A hundred files a folder, as a big repository has.
        last = version if number % 2 else "the same"
        yield f"folder{number // 100}/file{number}.txt", f"{number} of NAME\n{LINES}NAME: {last}\n"
