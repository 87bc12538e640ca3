"""A weather model: three regions are computed at the same time and meet at a barrier after each step."""

import asyncio


class Solver:
    async def step(self, region, hour):
        await asyncio.sleep(0.001 * (1 + region))
        return region + hour


class Model:
    def __init__(self, solver, regions=3):
        self.solver, self.barrier = solver, asyncio.Barrier(regions)
        self.regions, self.states = regions, {}

    async def _region(self, region, hours):
        for hour in range(hours):
            self.states[region] = await self.solver.step(region, hour)
            await self.barrier.wait()

    async def run(self, hours):
        tasks = [asyncio.create_task(self._region(region, hours)) for region in range(self.regions)]
        await asyncio.wait(tasks)
        errors = [task.exception() for task in tasks if not task.cancelled()]
        if any(errors) or len(errors) < len(tasks):
            raise RuntimeError(f"no forecast: {errors}")
        return sum(self.states.values())


def test_the_forecast_of_two_hours():
    async def main():
        return await Model(Solver()).run(2)

    assert asyncio.run(main()) == 6
