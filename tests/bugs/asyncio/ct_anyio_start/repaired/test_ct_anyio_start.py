"""The test starts a service and ends it."""

import anyio
import pytest
from service import service


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_service(anyio_backend):
    async def handle(request):
        await anyio.sleep(0.1)
        return request + 1

    send, receive = anyio.create_memory_object_stream(5)
    answers = []
    async with anyio.create_task_group() as tasks, send, receive:
        scope = await tasks.start(service, receive, handle)
        await send.send((1, answers))
        with anyio.move_on_after(5):
            while not answers:
                await anyio.sleep(0.05)
        scope.cancel()
    assert answers == [2]
