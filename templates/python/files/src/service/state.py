"""What every request shares."""

from service.config import Config
from service.metrics import Metrics
from service.orders import Orders
from service.slots import Slots


class State:
    """The state of one process, which is ready for requests until `ready` is unset.

    Handlers run on one event loop, so between two `await`s nobody else changes it.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.orders = Orders()
        self.slots = Slots(config.concurrency_limit)
        self.metrics = Metrics(config.service_version, self.slots)
        self.ready = True
