#!/usr/bin/env python3
"""Finds changes of an OpenAPI document that break a client. Usage: openapi_compatible.py BASE HEAD (- is standard input)

A client breaks when an operation, a response or a field it reads disappears or changes its type,
or when a parameter or field that it does not send becomes required.
"""

import sys
from pathlib import Path

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def resolve(document, node):
    """Follows a reference inside the document."""
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node or {}


def schema_of(document, content_holder):
    content = resolve(document, content_holder).get("content", {})
    return {kind: media.get("schema", {}) for kind, media in content.items()}


def response_breaks(documents, schemas, where):
    old, new = (resolve(document, schema) for document, schema in zip(documents, schemas, strict=True))
    if old.get("type") != new.get("type"):
        yield f"{where}: the type was {old.get('type')} and is {new.get('type')}"
        return
    for name, field in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{where}.{name}: is no longer answered"
        else:
            yield from response_breaks(documents, (field, new["properties"][name]), f"{where}.{name}")
    for name in old.get("required", []):
        if name in new.get("properties", {}) and name not in new.get("required", []):
            yield f"{where}.{name}: was always answered and may be missing now"
    if "items" in old:
        yield from response_breaks(documents, (old["items"], new.get("items", {})), f"{where}[]")


def request_breaks(documents, schemas, where):
    old, new = (resolve(document, schema) for document, schema in zip(documents, schemas, strict=True))
    if old.get("type") != new.get("type"):
        yield f"{where}: the type was {old.get('type')} and is {new.get('type')}"
        return
    for name in new.get("required", []):
        if name not in old.get("required", []):
            yield f"{where}.{name}: is required now"
    for name, field in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from request_breaks(documents, (field, new["properties"][name]), f"{where}.{name}")


def parameters(document, path, operation):
    every = [*path.get("parameters", []), *operation.get("parameters", [])]
    return {(found["in"], found["name"]): found for found in (resolve(document, parameter) for parameter in every)}


def operation_breaks(base, head, paths, method, where):
    old_path, new_path = paths
    old, new = old_path[method], new_path[method]
    before, after = parameters(base, old_path, old), parameters(head, new_path, new)
    for key, parameter in after.items():
        name = f"{where}: the {key[0]} parameter {key[1]}"
        if parameter.get("required") and not before.get(key, {}).get("required"):
            yield f"{name} is required now"
        elif key in before:
            yield from request_breaks((base, head), (before[key].get("schema", {}), parameter.get("schema", {})), name)
    old_body, new_body = resolve(base, old.get("requestBody")), resolve(head, new.get("requestBody"))
    if new_body.get("required") and not old_body.get("required"):
        yield f"{where}: a body is required now"
    new_kinds = schema_of(head, new_body)
    for kind, schema in schema_of(base, old_body).items():
        if kind not in new_kinds:
            yield f"{where}: a body of {kind} is no longer accepted"
        else:
            yield from request_breaks((base, head), (schema, new_kinds[kind]), f"{where}: body")
    for status, response in old.get("responses", {}).items():
        if status not in new.get("responses", {}):
            yield f"{where}: the response {status} is gone"
            continue
        new_kinds = schema_of(head, new["responses"][status])
        for kind, schema in schema_of(base, response).items():
            if kind not in new_kinds:
                yield f"{where}: the response {status} is no longer {kind}"
            else:
                yield from response_breaks((base, head), (schema, new_kinds[kind]), f"{where}: {status}")


def breaks(base, head):
    for path, old in base.get("paths", {}).items():
        new = head.get("paths", {}).get(path)
        for method in METHODS:
            where = f"{method.upper()} {path}"
            if method not in old:
                continue
            if new is None or method not in new:
                yield f"{where}: is gone"
            else:
                yield from operation_breaks(base, head, (old, new), method, where)


def main(arguments):
    import yaml

    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    base, head = (yaml.safe_load(sys.stdin.read() if name == "-" else Path(name).read_text()) for name in arguments)
    found = list(breaks(base, head))
    for sentence in found:
        print(f"breaks clients: {sentence}", file=sys.stderr)
    if not found:
        print("openapi.yaml breaks no client")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
