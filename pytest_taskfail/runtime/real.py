"""The interpreter's own functions, bound before anything is replaced."""

from __future__ import annotations

import _queue
import _thread
import threading
import time
from typing import Any

allocate_lock = _thread.allocate_lock
start_new_thread = _thread.start_new_thread
get_ident = _thread.get_ident
CLock = _thread.LockType
CRLock: Any = _thread.RLock
SimpleQueue: Any = _queue.SimpleQueue

sleep = time.sleep
monotonic = time.monotonic
monotonic_ns = time.monotonic_ns
perf_counter = time.perf_counter
perf_counter_ns = time.perf_counter_ns
wall = time.time
wall_ns = time.time_ns

threading_lock = threading.Lock
threading_rlock = threading.RLock
