"""A trip: flight and hotel are booked one after the other; what was booked is undone when a later booking fails."""

import logging

log = logging.getLogger("saga")


class Trip:
    def __init__(self, *services):
        self.services = services
        self.to_check = []

    async def book(self, who):
        done = []
        try:
            for service in self.services:
                done.append(service)
                await service.book(who)
        except BaseException:
            for service in reversed(done):
                try:
                    await service.cancel(who)
                except BaseException:
                    log.exception("by hand: %s", service.name)
                    self.to_check.append(service)
            raise
