"""Which function does which kind of job, and how."""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from evoke.domains.jobs import enqueuing

Handler = Callable[..., Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Task:
    """How jobs of `kind` ("photos.process") are done.

    `handler` is `async def handler(context: JobContext, **arguments)`. Its arguments are read from the job's `args`
    by their annotations, so a UUID arrives as one. It may run twice for one job, and must then give the same.

    `queue` is by default the domain in `kind`. Times are in seconds: `timeout` for one attempt, `backoff_base` and
    `backoff_cap` for `backoff.delay`. After `max_attempts` failures, or `max_crashes` attempts that killed their
    worker, the job is failed. `schedule` is a cron expression in UTC; `priority` is that of scheduled jobs.
    """

    kind: str
    handler: Handler
    queue: str = ""
    max_attempts: int = 5
    max_crashes: int = 3
    timeout: float = 600.0
    backoff_base: float = 2.0
    backoff_cap: float = 600.0
    priority: int = 0
    schedule: str | None = None
    arguments: type[BaseModel] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.queue:
            object.__setattr__(self, "queue", enqueuing.queue_of(self.kind))
        object.__setattr__(self, "arguments", _arguments_of(self.kind, self.handler))

    def read_arguments(self, args: dict[str, Any]) -> dict[str, Any]:
        """The handler's keyword arguments. Raises pydantic's ValidationError when `args` do not fit them."""
        read = self.arguments.model_validate(args)
        return {name: getattr(read, name) for name in type(read).model_fields}


class Registry:
    """The tasks of a program, by kind. Filled once, by the composition root."""

    def __init__(self, tasks: Iterable[Task] = ()) -> None:
        self._tasks: dict[str, Task] = {}
        for task in tasks:
            self.register(task)

    def register(self, task: Task) -> None:
        """Raises ValueError for a kind that is there already."""
        if task.kind in self._tasks:
            raise ValueError(f"two tasks are called {task.kind}")
        self._tasks[task.kind] = task

    def find(self, kind: str) -> Task | None:
        return self._tasks.get(kind)

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks.values())

    @property
    def queues(self) -> frozenset[str]:
        return frozenset(task.queue for task in self)

    @property
    def schedules(self) -> dict[str, str]:
        """Cron expressions by kind."""
        return {task.kind: task.schedule for task in self if task.schedule is not None}


def _arguments_of(kind: str, handler: Handler) -> type[BaseModel]:
    """A model of the parameters after the first, which is the context."""
    _context, *parameters = inspect.signature(handler, eval_str=True).parameters.values()
    fields: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            raise TypeError(f"the handler of {kind} must name its arguments")
        annotation = Any if parameter.annotation is parameter.empty else parameter.annotation
        fields[parameter.name] = (annotation, ... if parameter.default is parameter.empty else parameter.default)
    return create_model(
        f"{kind} arguments", __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True), **fields
    )
