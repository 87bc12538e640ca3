"""Three heaters are read in phases; nobody reads ahead of a phase."""

import threading


def read(heater, barrier, phases, log):
    for phase in range(phases):
        log.append((phase, heater))
        barrier.wait()


def test_control_barrier_phases():
    barrier, log = threading.Barrier(3), []
    heaters = [threading.Thread(target=read, args=(name, barrier, 2, log)) for name in ("hall", "attic", "bath")]
    for heater in heaters:
        heater.start()
    for heater in heaters:
        heater.join()
    assert [phase for phase, _ in log] == [0, 0, 0, 1, 1, 1]
