"""A recommender that answers when its model is loaded; requests may come earlier and wait."""

import asyncio


class Store:
    def __init__(self, models):
        self.models = models

    async def load(self, name):
        await asyncio.sleep(0.02)
        return self.models[name]


class Recommender:
    def __init__(self, store):
        self.store, self.model, self.failure = store, None, None
        self.ready = asyncio.Event()

    async def warm_up(self, name):
        self.model = await self.store.load(name)
        self.ready.set()

    async def recommend(self, user):
        await self.ready.wait()
        return self.model[user]


async def serve(users):
    recommender = Recommender(Store({"films": {"ann": "Alien", "bob": "Brazil"}}))
    warm_up = asyncio.create_task(recommender.warm_up("films"))
    answers = await asyncio.gather(*(recommender.recommend(user) for user in users), return_exceptions=True)
    await asyncio.gather(warm_up, return_exceptions=True)
    return answers


def test_early_requests_are_answered():
    assert asyncio.run(serve(["ann", "bob"])) == ["Alien", "Brazil"]
