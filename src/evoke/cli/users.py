"""`evoke user`: accounts, for whoever runs the installation."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evoke.cli import session
from evoke.domains.accounts import models, schemas
from evoke.domains.accounts import service as accounts
from evoke.domains.photos.service import counting
from evoke.kit.time import rfc3339

app = typer.Typer(
    help="Make accounts, list them, set a forgotten password.", no_args_is_help=True, add_completion=False
)

PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]


@app.command()
def create(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address to sign in with.")],
    name: Annotated[
        str | None, typer.Option(help="The person's name.", show_default="what stands before the @")
    ] = None,
    admin: Annotated[bool, typer.Option("--admin", help="An administrator. The first account always is one.")] = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """Make an account. The password is asked for; it is never an argument, where other users could see it."""
    password = session.read_secret("Password", from_stdin=password_stdin, confirm=True)
    form = schemas.Register(email=email, password=password, name=name or email.partition("@")[0])
    session.run(_create(form, "admin" if admin else "user"))


async def _create(form: schemas.Register, role: schemas.Role) -> None:
    async with session.opened() as resources:
        account = await accounts.registration.prepare(resources.accounts, form)
        async with resources.database.transaction() as writing:
            user = await accounts.registration.create(writing, resources.accounts, account, role=role)
    print(f"Made the account {user.email}{', an administrator' if user.role == 'admin' else ''}.")


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False) -> None:
    """List the accounts with what they have in their libraries."""
    users = session.run(_list())
    if as_json:
        session.print_json(users)
        return
    if not users:
        print("There is no account yet. Make one: evoke user create you@example.org")
        return
    table = Table("E-mail", "Name", "Role", "Photos", "Size", "Since", box=None)
    for user in users:
        role = user["role"] + (" (disabled)" if user["disabled"] else "")
        size = session.human_bytes(user["size_bytes"])
        table.add_row(user["email"], user["name"], role, f"{user['photos']:,}", size, user["created_at"][:10])
    Console(highlight=False, markup=False).print(table)


async def _list() -> list[dict[str, Any]]:
    async with session.opened() as resources, resources.database.read() as reading:
        users = await accounts.administration.list_users(reading)
        totals = await counting.totals(reading)
    return [_row(user, totals.get(user.id, counting.Total())) for user in users]


def _row(user: models.User, total: counting.Total) -> dict[str, Any]:
    return {
        "id": str(user.id),
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "disabled": user.disabled_at is not None,
        "created_at": rfc3339(user.created_at),
        "photos": total.photos,
        "size_bytes": total.size_bytes,
    }


@app.command("reset-password")
def reset_password(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose password.")],
    password_stdin: PasswordStdin = False,
) -> None:
    """Set a new password without the old one. All sessions of the account end; API keys stay."""
    session.run(_reset(email, session.read_secret("New password", from_stdin=password_stdin, confirm=True)))


async def _reset(email: str, password: str) -> None:
    async with session.opened() as resources:
        async with resources.database.read() as reading:
            user = await accounts.administration.get_user(reading, email)
        new_hash = await accounts.administration.prepare_reset(resources.accounts, user, password)
        async with resources.database.transaction() as writing:
            ended = await accounts.administration.reset_password(writing, resources.accounts, user, new_hash)
    print(f"{user.email} has a new password. {session.plural(ended, 'session')} ended.")
