"""House rules that a linter does not know: SQL only in store/, the environment only at the top, small files and functions."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "lineside"
FILES = sorted(SOURCE.rglob("*.py"))
SQL = re.compile(
    r"\s*(select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+table|with\s+\w+\s+as\s*\()", re.IGNORECASE | re.DOTALL
)
SQL_PLACES = ("hub/store/", "edge/outbox_file.py", "hub/bench")
WEB = SOURCE.parents[1] / "web" / "src"
PRODUCT_PLACES = ("sim/", "plants/example.toml")
MAX_FILE, MAX_FUNCTION = 300, 50


def trees() -> Iterator[tuple[str, ast.Module]]:
    for file in FILES:
        yield file.relative_to(SOURCE).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def test_sql_lives_in_the_store() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        if not name.startswith(SQL_PLACES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert found == []


def test_the_environment_is_read_by_the_command_line_only() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        if name not in ("cli.py", "config.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and ast.unparse(node.value) == "os"
    ]
    assert found == []


def test_the_code_knows_no_product_outside_the_simulator_and_its_plant() -> None:
    code = [file for file in SOURCE.rglob("*") if file.suffix in (".py", ".toml", ".sql")] + [f for f in WEB.rglob("*") if f.is_file()]
    ours = [file for file in code if not file.is_relative_to(SOURCE) or not file.relative_to(SOURCE).as_posix().startswith(PRODUCT_PLACES)]
    assert len(ours) > 200
    assert [str(file) for file in ours if "bottle" in file.read_text(encoding="utf-8").lower()] == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.relative_to(SOURCE).as_posix())
def test_files_and_functions_stay_readable(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_FILE, "split this file"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            assert (node.end_lineno or 0) - first.lineno + 1 <= MAX_FUNCTION, f"split {node.name}"
