"""One job needs the result of another one."""

import asyncio

from graph import Graph


async def load():
    await asyncio.sleep(0.1)
    return 20


async def total(number):
    return number + 1


def test_graph():
    graph = Graph()
    graph.add("total", total, ["load"])
    graph.add("load", load)
    assert asyncio.run(graph.run()) == {"total": 21, "load": 20}
