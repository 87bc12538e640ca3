"""A dictionary server and its client."""

import asyncio


class DictionaryServer:
    def __init__(self, catalogue):
        self.catalogue, self.failed = catalogue, 0

    async def _serve(self, reader, writer):
        while line := await reader.readline():
            try:
                answer = await self.catalogue.find(line.decode().strip())
            except Exception:
                self.failed += 1
                answer = "(failed)"
            writer.write(answer.encode() + b"\n")
        writer.close()

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def stop(self):
        self.server.close()


class DictionaryClient:
    def __init__(self, port):
        self.port = port

    async def look_up(self, words):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            answers = []
            for word in words:
                writer.write(word.encode() + b"\n")
                answers.append((await reader.readline()).decode().strip())
            return answers
        finally:
            writer.close()
