"""A build: each target compiles its files in a group of its own, the targets are in an outer group."""

import asyncio


class Compiler:
    def __init__(self):
        self.objects = []

    async def compile(self, name):
        await asyncio.sleep(0.001 * len(name))
        self.objects.append(name)


class Target:
    def __init__(self, name, files):
        self.name, self.files, self.status = name, files, "new"

    async def build(self, compiler):
        try:
            async with asyncio.TaskGroup() as group:
                for file in self.files:
                    group.create_task(compiler.compile(file))
        except* OSError:
            self.status = "failed"
        else:
            self.status = "built"


class Build:
    def __init__(self, targets):
        self.targets, self.compiler = targets, Compiler()

    async def run(self):
        async with asyncio.TaskGroup() as group:
            for target in self.targets:
                group.create_task(target.build(self.compiler))
        return {target.name: target.status for target in self.targets}


def test_all_targets_are_built():
    build = Build([Target("app", ["main.c", "ui.c"]), Target("lib", ["io.c", "net.c"])])
    assert asyncio.run(build.run()) == {"app": "built", "lib": "built"}
