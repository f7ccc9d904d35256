"""Reads {path: text} as JSON, writes {path: what is in the module} as JSON. See imports.ts."""

from __future__ import annotations

import ast
import json
import sys


def imports_of(path: str, tree: ast.Module) -> list[str]:
    """Absolute names of all that is imported anywhere in the module, under TYPE_CHECKING too."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.removeprefix("python/").removesuffix(".py").split("/")
            base = ".".join(package[: -node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            # `from ringsnake import _native` imports a module too; other names do no harm here.
            found += [module, *(f"{module}.{alias.name}" for alias in node.names)]
    return found


def codes_of(tree: ast.Module) -> dict[str, str]:
    """The error codes that classes give themselves."""
    return {
        node.name: statement.value.value
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        and any(isinstance(t, ast.Name) and t.id == "code" for t in statement.targets)
    }


def assigned_in(tree: ast.Module) -> list[str]:
    """Names that the module gives a value or a class."""
    found: list[str] = []
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        found += [target.id for target in targets if isinstance(target, ast.Name)]
        if isinstance(node, ast.ClassDef):
            found.append(node.name)
    return found


answer = {}
for source_path, text in json.load(sys.stdin).items():
    module_tree = ast.parse(text, source_path)
    answer[source_path] = {
        "imports": imports_of(source_path, module_tree),
        "codes": codes_of(module_tree),
        "assigned": assigned_in(module_tree),
    }
json.dump(answer, sys.stdout)
