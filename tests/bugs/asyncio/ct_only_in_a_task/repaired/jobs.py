"""Jobs that answer by a future, and are known by their task while they run."""

import asyncio


def this_task():
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a job needs a task to run in")
    return task


class Jobs:
    def __init__(self):
        self.running = set()

    async def _run(self, job, answer):
        try:
            answer.set_result(await job())
        except Exception as error:
            answer.set_exception(error)
        self.running.discard(this_task())

    def start(self, job):
        answer = asyncio.get_running_loop().create_future()
        self.running.add(asyncio.create_task(self._run(job, answer)))
        return answer
