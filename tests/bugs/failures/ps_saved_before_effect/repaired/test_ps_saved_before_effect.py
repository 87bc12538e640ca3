"""A data move in steps; its progress is kept in a file so that it can be resumed after a crash."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest


class Cluster:
    def __init__(self):
        self.where = {}

    def move(self, shard, node):
        self.where[shard] = node


class Move:
    def __init__(self, cluster, plan, path):
        self.cluster, self.plan, self.path = cluster, plan, path
        self.done = json.loads(path.read_text()) if path.exists() else []

    def _save(self):
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.done))
        os.replace(part, self.path)

    def run(self):
        for shard, node in self.plan.items():
            if shard in self.done:
                continue
            self.cluster.move(shard, node)
            self.done.append(shard)
            self._save()


def supervise(cluster, plan, path, restarts=3):
    """Run the move on a worker thread; after a crash start it again from its state file."""
    with ThreadPoolExecutor(1) as pool:
        for restart in range(restarts + 1):
            crash = pool.submit(lambda: Move(cluster, plan, path).run()).exception()
            if crash is None:
                return
    raise crash


@pytest.mark.taskfail
def test_what_is_recorded_was_done(tmp_path):
    cluster, plan, path = Cluster(), {"s1": "n2", "s2": "n3", "s3": "n1"}, tmp_path / "move.json"
    try:
        supervise(cluster, plan, path)
        assert cluster.where == plan
    finally:
        recorded = json.loads(path.read_text()) if path.exists() else []
        assert set(recorded) <= set(cluster.where), recorded
