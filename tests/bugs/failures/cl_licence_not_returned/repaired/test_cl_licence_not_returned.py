"""A render farm with floating licences: a task borrows a key and gives it back."""

import queue
from concurrent.futures import ThreadPoolExecutor


class Engine:
    def render(self, scene, key):
        return f"{scene}.png"


class Farm:
    def __init__(self, engine, keys):
        self.engine = engine
        self.keys = queue.Queue()
        for key in keys:
            self.keys.put(key)

    def render(self, scene):
        key = self.keys.get()
        try:
            return self.engine.render(scene, key)
        finally:
            self.keys.put(key)

    def render_all(self, scenes):
        images, failed = [], []
        with ThreadPoolExecutor(3, thread_name_prefix="render") as pool:
            futures = {scene: pool.submit(self.render, scene) for scene in scenes}
        for scene, future in futures.items():
            if future.exception() is not None:
                failed.append(scene)
            else:
                images.append(future.result())
        return images, failed


def test_all_scenes_are_rendered():
    images, failed = Farm(Engine(), keys=["K-1"]).render_all(["forest", "castle", "night"])
    assert images == ["forest.png", "castle.png", "night.png"] and failed == []
