"""Runs an external tool with a time limit."""

import asyncio
import sys


class Tool:
    def __init__(self, code):
        self.code = code

    async def run(self, limit=20):
        process = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", self.code, stdout=asyncio.subprocess.PIPE)
        try:
            output, _ = await asyncio.wait_for(process.communicate(), limit)
        except BaseException:
            if process.returncode is None:
                process.kill()
            await process.wait()
            raise
        return process.returncode, output.decode().strip()


async def both():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(Tool(code).run()) for code in ("print(6*7)", "raise SystemExit(3)")]
    return [task.result() for task in tasks]


def test_two_tools():
    assert asyncio.run(both()) == [(0, "42"), (3, "")]
