"""Answers requests."""

import anyio


async def service(requests, handle, *, task_status=anyio.TASK_STATUS_IGNORED):
    with anyio.CancelScope() as scope:
        task_status.started(scope)
        async for request, answers in requests:
            try:
                answers.append(await handle(request))
            except ValueError as error:
                answers.append(error)
