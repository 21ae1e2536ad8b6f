"""What is promised is tested as data: settings, events, tasks, the API."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from evoke.api.app import create_app
from evoke.bootstrap import Resources
from evoke.cli.main import COMMANDS
from evoke.settings import Settings, describe

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("setting", describe(), ids=lambda setting: setting.name)
def test_every_setting_is_documented(setting: Any) -> None:
    table = (DOCS / "configuration.md").read_text()
    row = next((line for line in table.splitlines() if line.startswith(f"| `{setting.name}` |")), None)
    assert row is not None, f"{setting.name} is missing in docs/configuration.md"
    assert setting.description in row
    assert not setting.default or f"`{setting.default}`" in row
    assert f"# {setting.name}={setting.default}\n" in (ROOT / ".env.example").read_text()


def test_no_setting_is_documented_that_is_not_there() -> None:
    known = {setting.name for setting in describe()}
    written = set(re.findall(r"^\| `(\w+)` \|", (DOCS / "configuration.md").read_text(), re.MULTILINE))
    assert written == known


async def test_every_task_that_is_enqueued_is_registered(resources: Resources) -> None:
    constants: dict[str, str] = {}
    wanted: set[str] = set()
    for path in (ROOT / "src/evoke/domains").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                value = node.value.value
                if isinstance(value, str) and re.fullmatch(r"[a-z]+\.[a-z_]+", value):
                    constants[value] = path.name
    wanted = {value for value in constants if not value.endswith((".py", ".md"))}
    registered = {task.kind for task in resources.registry}
    assert wanted, "no task names found: has the way they are written changed?"
    assert wanted <= registered


async def test_every_job_is_documented(resources: Resources) -> None:
    written = set(re.findall(r"^\| `([a-z.]+_?[a-z_]*)` \|", (DOCS / "jobs.md").read_text(), re.MULTILINE))
    assert written == {task.kind for task in resources.registry}


def test_every_command_is_documented() -> None:
    text = (DOCS / "command-line.md").read_text()
    assert [name for name in COMMANDS if f"`evoke {name}" not in text] == []


async def test_every_event_is_documented(resources: Resources) -> None:
    text = (DOCS / "events.md").read_text()
    declared = {
        node.name
        for path in (ROOT / "src/evoke/domains").glob("*/events.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    assert {kind.__name__ for kind in resources.database.bus.event_types} <= declared
    assert [name for name in sorted(declared) if f"`{name}`" not in text] == []


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return create_app(Settings(_env_file=None)).openapi()  # type: ignore[call-arg]  # an argument of the base class


def test_the_snapshot_is_the_api(schema: dict[str, Any]) -> None:
    assert json.loads((ROOT / "openapi.json").read_text()) == json.loads(json.dumps(schema)), "run: make openapi"


def test_every_operation_describes_its_failures(schema: dict[str, Any]) -> None:
    silent = [
        f"{method} {path}"
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if path.startswith("/api/v1") and not any(status.startswith("4") for status in operation["responses"])
    ]
    assert silent == []


def test_every_schema_has_an_example(schema: dict[str, Any]) -> None:
    schemas = schema["components"]["schemas"]
    assert [name for name, found in schemas.items() if not found.get("examples")] == []


def test_examples_are_what_their_schemas_say(schema: dict[str, Any]) -> None:
    document = {"components": schema["components"]}
    for name, found in schema["components"]["schemas"].items():
        for example in found["examples"]:
            validator = Draft202012Validator({"$ref": f"#/components/schemas/{name}", **document})
            problems = [f"{name}: {problem.json_path} {problem.message}" for problem in validator.iter_errors(example)]
            assert problems == []
