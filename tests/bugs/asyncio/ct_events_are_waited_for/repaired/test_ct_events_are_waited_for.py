import asyncio

from journal import Journal


def test_listeners_have_heard():
    heard = []

    async def listen(name):
        await asyncio.sleep(0.01)
        heard.append(name)

    async def main():
        journal = Journal()
        journal.events.add_listener("told", listen)
        await journal.tell("a")

    asyncio.run(main())
    assert heard == ["a"]
