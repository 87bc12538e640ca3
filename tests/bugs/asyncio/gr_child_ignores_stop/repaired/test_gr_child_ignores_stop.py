"""A scoreboard: one child follows the game, another one shows the score whenever it changes."""

import asyncio


class Feed:
    def __init__(self, goals):
        self.goals = list(goals)

    async def next(self):
        await asyncio.sleep(0.01)
        return self.goals.pop(0)


class Scoreboard:
    def __init__(self, feed):
        self.feed, self.score, self.shown = feed, [0, 0], []
        self.changes = asyncio.Queue()

    async def _follow(self, count):
        for _ in range(count):
            self.score[await self.feed.next()] += 1
            self.changes.put_nowait(tuple(self.score))
        self.changes.put_nowait(None)

    async def _show(self):
        while True:
            score = await self.changes.get()
            if score is None:
                return
            self.shown.append(f"{score[0]}:{score[1]}")

    async def run(self, count):
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow(count))
            group.create_task(self._show())
        return self.shown


def test_the_score_is_shown():
    async def main():
        return await Scoreboard(Feed([0, 1, 0])).run(3)

    assert asyncio.run(main()) == ["1:0", "1:1", "2:1"]
