"""Runs a graph of jobs; each waits for what it needs."""

import asyncio


class Graph:
    def __init__(self):
        self.nodes = {}

    def add(self, name, work, needs=()):
        self.nodes[name] = (work, needs)

    async def run(self):
        results = {name: asyncio.get_running_loop().create_future() for name in self.nodes}

        async def node(name):
            work, needs = self.nodes[name]
            try:
                inputs = [await results[need] for need in needs]
                results[name].set_result(await work(*inputs))
            except BaseException as error:
                results[name].set_exception(RuntimeError(f"{name} failed: {error!r}"))
                results[name].exception()
                raise

        tasks = [asyncio.create_task(node(name)) for name in self.nodes]
        await asyncio.wait(tasks)
        return {name: task.exception() or results[name].result() for name, task in zip(self.nodes, tasks)}
