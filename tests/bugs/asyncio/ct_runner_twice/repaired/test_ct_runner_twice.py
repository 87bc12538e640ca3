"""A shell that runs each command with the same asyncio.Runner, so that connections survive from one to the next."""

import asyncio


class Connection:
    def __init__(self):
        self.lock, self.sent = asyncio.Lock(), []

    async def send(self, line):
        async with self.lock:
            await asyncio.sleep(0.001)
            self.sent.append(line)


class Shell:
    def __init__(self):
        self.runner, self.errors = asyncio.Runner(), []
        self.connection = Connection()

    async def _both(self, line):
        await asyncio.gather(self.connection.send(line), self.connection.send(line[::-1]))

    def execute(self, line):
        try:
            self.runner.run(self._both(line))
        except Exception as error:
            self.errors.append(error)

    def close(self):
        self.runner.close()


def test_two_commands_on_one_loop():
    shell = Shell()
    try:
        shell.execute("ab")
        shell.execute("cd")
    finally:
        shell.close()
    assert shell.connection.sent == ["ab", "ba", "cd", "dc"] and shell.errors == []
