"""Event loops as tasks of the scheduler: asyncio's tasks, awaits, cancellations and locks, and who looks after whom."""
