"""Jobs: work that outlives the request that asked for it.

A job is a row in the transaction of whoever wants the work. Workers take jobs by priority, run the handler that
is registered for their kind, and write down how it ended; each may run twice. What handlers need is here by name:
`Task`, `JobContext`, `Permanent`, `RetryLater`.
"""

from evoke.domains.jobs import queries, service
from evoke.domains.jobs.context import JobContext
from evoke.domains.jobs.errors import Permanent, RetryLater
from evoke.domains.jobs.registry import Registry, Task
from evoke.domains.jobs.schemas import NewJob

__all__ = ["JobContext", "NewJob", "Permanent", "Registry", "RetryLater", "Task", "queries", "service"]
