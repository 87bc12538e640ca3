"""A service VM: started once on demand, disks hot-removed when the start fails."""

import asyncio


class ServiceVM:
    def __init__(self, disks):
        self._lock = asyncio.Lock()
        self._disks = list(disks)
        self.running = False

    async def _kernel(self):
        await asyncio.sleep(0.002)

    async def hot_remove(self):
        async with self._lock:
            self._disks.clear()

    async def start(self):
        async with self._lock:
            try:
                await asyncio.wait_for(self._kernel(), timeout=0.3)
                self.running = True
            except TimeoutError:
                await self.hot_remove()

    async def stop(self):
        async with self._lock:
            self.running = False
            self._disks.clear()

    def attached(self):
        return list(self._disks)


async def scenario():
    vm = ServiceVM(["layer0", "layer1"])
    await vm.start()
    await vm.stop()
    return vm


def test_svm_boot():
    vm = asyncio.run(scenario())
    assert not vm.running and vm.attached() == []
