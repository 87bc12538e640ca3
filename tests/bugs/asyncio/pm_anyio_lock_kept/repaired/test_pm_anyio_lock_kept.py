"""Two jobs of the test print at the same time."""

import anyio
import pytest
from printer import Printer


class Device:
    def __init__(self):
        self.pages = []

    async def feed(self, page):
        await anyio.sleep(0.1)
        self.pages.append(page)


async def job(printer, *pages):
    try:
        await printer.print(*pages)
    except OSError as error:
        print("not printed:", error)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_jobs_do_not_mix(anyio_backend):
    device = Device()
    printer = Printer(device)
    async with anyio.create_task_group() as jobs:
        jobs.start_soon(job, printer, 1, 2)
        jobs.start_soon(job, printer, 3, 4)
    assert device.pages == [1, 2, 3, 4]
