"""The part of YAML that the files of this repository use, read without a package.

Block mappings and lists, flow lists and maps, quoted and plain scalars, `|` and `>` texts, anchors.
Whatever else YAML can do is an error with its line, never a guess.
"""

import json
import re
from typing import Any

KEY = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[A-Za-z0-9_./-]+):(?: +(.*))?$""")
QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(.*)$""")
FLOW = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[][{}:,]|[^][{}:,"'\s](?:[^][{}:,]|:(?! ))*)""")


class YamlError(ValueError):
    """A line that this reader does not understand."""


def parse(text: str) -> Any:
    """Read one document."""
    return _Reader(text).document()


def scalar(text: str) -> Any:
    """Give a plain or quoted scalar its type."""
    if text[:1] == '"':
        return json.loads(text)
    if text[:1] == "'":
        return text[1:-1].replace("''", "'")
    if text in ("true", "false"):
        return text == "true"
    if text in ("null", "~", ""):
        return None
    if re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
        return int(text)
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
        return float(text)
    if text[0] in "!%@`?|>{}[]*&#" or ": " in text:
        raise ValueError(f"the plain text {text!r}")
    return text


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0
        self.anchors: dict[str, Any] = {}

    def fail(self, what: str) -> YamlError:
        return YamlError(f"line {self.at + 1}: cannot read {what}")

    def document(self) -> Any:
        if self.lines and self.lines[0].startswith("---"):
            self.lines[0] = ""
        value = self.block(0)
        if self.peek() is not None:
            raise self.fail("what follows: its indentation fits nothing")
        return value

    def peek(self) -> tuple[int, str] | None:
        """The indentation and text of the next line that says something."""
        while self.at < len(self.lines):
            line = self.lines[self.at].rstrip()
            text = line.lstrip(" ")
            if text and not text.startswith("#"):
                if text.startswith("\t") or text == "---":
                    raise self.fail("a tab or a second document")
                return len(line) - len(text), text
            self.at += 1
        return None

    def block(self, least: int) -> Any:
        """A mapping, a list or a single scalar that is indented by at least so much."""
        line = self.peek()
        if line is None or line[0] < least:
            return None
        indent, text = line
        if text == "-" or text.startswith("- "):
            return self.sequence(indent)
        if KEY.match(text):
            return self.mapping(indent)
        self.at += 1
        return self.value(text, indent)

    def sequence(self, indent: int) -> list[Any]:
        items = []
        while (line := self.peek()) and line[0] == indent and (line[1] == "-" or line[1].startswith("- ")):
            # `- a: 1` is a mapping that begins where the `a` stands.
            rest = line[1][1:].lstrip(" ")
            begins = indent + len(line[1]) - len(rest)
            if rest and not rest.startswith("#") and (KEY.match(rest) or rest.startswith("- ")):
                self.lines[self.at] = " " * begins + rest
                items.append(self.block(begins))
            else:
                self.at += 1
                items.append(self.value(rest, indent))
        return items

    def mapping(self, indent: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while (line := self.peek()) and line[0] == indent and (match := KEY.match(line[1])):
            key = scalar(match[1]) if match[1][0] in "\"'" else match[1]
            if key in values:
                raise self.fail(f"a second {key!r}")
            self.at += 1
            values[key] = self.value(match[2] or "", indent)
        line = self.peek()
        if line and line[0] > indent:
            raise self.fail("a line that goes on with the one before")
        return values

    def value(self, text: str, indent: int) -> Any:
        """What stands behind a key or a dash; it may go on in the lines below."""
        if text.startswith("#"):
            text = ""
        if anchor := re.match(r"&([A-Za-z0-9_-]+) *(.*)$", text):
            self.anchors[anchor[1]] = value = self.value(anchor[2], indent)
            return value
        if alias := re.match(r"\*([A-Za-z0-9_-]+)$", text):
            if alias[1] not in self.anchors:
                raise self.fail(f"*{alias[1]}: nothing has this anchor")
            return self.anchors[alias[1]]
        if not text:
            return self.below(indent)
        if style := re.match(r"([|>])([+-]?)(?: +#.*)?$", text):
            return self.text(style[1], style[2], indent)
        try:
            return self.inline(text)
        except ValueError as error:
            self.at -= 1
            raise self.fail(str(error)) from error

    def below(self, indent: int) -> Any:
        line = self.peek()
        # A list may stand as far left as its key.
        is_list = line and (line[1] == "-" or line[1].startswith("- "))
        return self.block(indent if is_list else indent + 1)

    def text(self, style: str, chomp: str, indent: int) -> str:
        lines: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at].rstrip()
            if line and len(line) - len(line.lstrip(" ")) <= indent:
                break
            lines.append(line)
            self.at += 1
        trailing = len(lines)
        while lines and not lines[-1]:
            lines.pop()
        margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
        lines = [line[margin:] for line in lines]
        if style == ">":
            if any(not line or line.startswith(" ") for line in lines):
                raise self.fail("a folded text with paragraphs")
            lines = [" ".join(lines)]
        end = {"-": "", "": "\n", "+": "\n" * (1 + trailing - len(lines))}[chomp]
        return "\n".join(lines) + end

    def inline(self, text: str) -> Any:
        if text[0] in "[{":
            value, rest = _flow(text)
        elif match := QUOTED.match(text):
            value, rest = scalar(match[1]), match[2]
        else:
            plain = re.split(r" +#", text, maxsplit=1)[0].rstrip()
            return scalar(plain)
        if rest.strip() and not re.match(r" +#", rest):
            raise ValueError(f"{rest.strip()!r} behind a value")
        return value


def _flow(text: str) -> tuple[Any, str]:
    """A `[...]`, `{...}` or scalar at the start of the text, and what follows it."""
    match = FLOW.match(text)
    if not match:
        raise ValueError(f"{text!r}")
    token, rest = match[1], text[match.end() :]
    if token not in "[{":
        if token in "]}:,":
            raise ValueError(f"{token!r} where a value should be")
        return scalar(token.rstrip()), rest
    items: list[Any] = []
    values: dict[str, Any] = {}
    closing = "]" if token == "[" else "}"
    while not rest.lstrip().startswith(closing):
        item, rest = _flow(rest)
        if token == "{":
            if not rest.lstrip().startswith(":"):
                raise ValueError("a key without a value")
            values[item], rest = _flow(rest.lstrip()[1:])
        items.append(item)
        if rest.lstrip().startswith(","):
            rest = rest.lstrip()[1:]
        elif not rest.lstrip().startswith(closing):
            raise ValueError(f"a {token} without its {closing}")
    return (items if token == "[" else values), rest.lstrip()[1:]
