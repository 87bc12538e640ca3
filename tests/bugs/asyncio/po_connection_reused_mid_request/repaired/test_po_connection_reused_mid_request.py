"""A key-value client: one connection, commands and replies in order."""

import asyncio

import pytest


class Connection:
    """Replies come in the order of the commands."""

    def __init__(self, data):
        self.data = data
        self.replies = asyncio.Queue()

    def send(self, key):
        asyncio.get_running_loop().call_later(0.05, self.replies.put_nowait, (key, self.data[key]))

    async def receive(self):
        return await self.replies.get()


class Client:
    def __init__(self, data, size=1):
        self.data = data
        self.idle = asyncio.Queue()
        for _ in range(size):
            self.idle.put_nowait(Connection(data))

    async def get(self, key):
        connection = await self.idle.get()
        try:
            connection.send(key)
            return (await connection.receive())[1]
        except BaseException:
            connection = Connection(self.data)
            raise
        finally:
            self.idle.put_nowait(connection)


class Profiles:
    def __init__(self, client):
        self.client, self.shown = client, {}

    async def show(self, user):
        self.shown[user] = await self.client.get(user)


@pytest.mark.taskfail
def test_everybody_sees_the_own_profile():
    data = {"ann": "Ann's", "bob": "Bob's", "cid": "Cid's"}

    async def main():
        profiles = Profiles(Client(data))
        await asyncio.gather(*(profiles.show(user) for user in data), return_exceptions=True)
        return profiles.shown

    shown = asyncio.run(main())
    assert all(data[user] == profile for user, profile in shown.items())
