"""What an editor shows beside a name, of the docstring."""

import inspect
import re

_SECTION = re.compile(
    r"^(-{3,}|={3,}|(Args|Arguments|Parameters|Returns|Raises|Yields|Example|Examples):\s*)$"
)
_MAX_LINES = 30


def documentation(value: object) -> str:
    """The docstring up to its first section: the rest is long, and says what the types say."""
    try:
        text = inspect.getdoc(value)
    except (Exception, SystemExit):
        return ""  # a property of its own that raises
    if not isinstance(text, str):
        return ""
    lines = text.expandtabs().splitlines()
    for index, line in enumerate(lines):
        if _SECTION.match(line):
            # Of numpy's style the title stands above the dashes.
            is_underline = line.startswith(("-", "="))
            lines = lines[: index - 1 if is_underline else index]
            break
    return "\n".join(lines[:_MAX_LINES]).strip()


def own_documentation(cls: type) -> str:
    """Of a class itself; `inspect` would take the one of a base."""
    text = vars(cls).get("__doc__")
    return documentation(cls) if isinstance(text, str) else ""
