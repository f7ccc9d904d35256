"""Python that uses npm packages, files and promises of the Node.js program that has started it."""

from __future__ import annotations

import json
from typing import Any

from ringsnake import js

SCHEMA = {
    "type": "object",
    "required": ["name", "port"],
    "properties": {"name": {"type": "string"}, "port": {"type": "integer", "maximum": 65_535}},
}


def check(path: str) -> list[str]:
    """What is wrong with a file of settings, as the package `ajv` says."""
    fs = js.require("node:fs")
    ajv = js.new(js.require("ajv").Ajv, allErrors=True)
    validate = ajv.compile(SCHEMA)  # a function of JavaScript's
    if validate(json.loads(fs.readFileSync(path, "utf8"))):
        return []
    return [f"settings{error.instancePath} {error.message}" for error in validate.errors]


async def load_later(path: str) -> Any:
    """A promise is awaited, a function is a callback."""
    timers = await js.import_("node:timers/promises")
    promises = await js.import_("node:fs/promises")
    ports: list[int] = []

    def revive(key: str, value: object) -> object:
        if key == "port" and isinstance(value, (int, float)):
            ports.append(int(value))
        return value

    text = await promises.readFile(path, "utf8")
    js.globals.JSON.parse(text, revive)  # JavaScript calls Python
    return await timers.setTimeout(1, f"ports {ports}")
