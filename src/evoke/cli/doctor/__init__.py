"""`evoke doctor`: what is installed, writable and reachable, and how to mend what is not."""

from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

import typer

from evoke.bootstrap import key_file
from evoke.cli import session
from evoke.cli.doctor import machine, services, variables
from evoke.cli.doctor.findings import Finding, fail
from evoke.kit.errors import EvokeError
from evoke.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    show_settings: Annotated[
        bool, typer.Option("--settings", help="Show every setting in force, secrets hidden.")
    ] = False,
) -> None:
    """Check this installation, and say how to mend what is wrong. Exit status 1 when something is.

    Changes nothing, but starts the embedded database for a moment when it is not running.
    """
    findings, in_force = session.run(_examine(quiet=as_json))
    failed = any(finding.level == "FAIL" for finding in findings)
    if as_json:
        answer: dict[str, Any] = {"ok": not failed, "checks": [vars(finding) for finding in findings]}
        session.print_json({**answer, "settings": in_force} if show_settings else answer)
    elif show_settings:
        print()
        for name, value in in_force.items():
            print(f"{name}={'' if value is None else value}")
    raise typer.Exit(1 if failed else 0)


async def _examine(*, quiet: bool) -> tuple[list[Finding], dict[str, Any]]:
    findings: list[Finding] = []
    in_force: dict[str, Any] = {}
    try:
        settings = session.settings()
        in_force = variables.in_force(settings)
    except EvokeError as error:
        settings = None
        findings_of_settings = [fail("settings", error.message, "Correct the variable; see docs/configuration.md.")]
    else:
        findings_of_settings = [variables.names()]
    async for finding in _all(settings, findings_of_settings):
        findings.append(finding)
        if not quiet:
            _print(finding)
    return findings, in_force


async def _all(settings: Settings | None, of_settings: Iterable[Finding]) -> AsyncIterator[Finding]:
    """In the order in which things depend on each other."""
    yield machine.python()
    for finding in machine.packages():
        yield finding
    for finding in of_settings:
        yield finding
    yield machine.clock()
    if settings is None:
        return
    writable = machine.data_folder(settings)
    yield writable
    yield machine.disk(settings)
    yield machine.master_key(settings, key_file(settings))
    yield machine.port(settings)
    yield machine.postgres_programs(settings)
    if writable.level == "FAIL" and settings.database_url is None:
        return
    async for finding in services.database(settings):
        yield finding
    yield await services.storage(settings)
    yield await services.redis(settings)


def _print(finding: Finding) -> None:
    print(f"{finding.level:<5} {finding.name}: {session.one_line(finding.message)}")
    if finding.mend:
        print(f"      {finding.mend}")
