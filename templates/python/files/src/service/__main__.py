"""The process: read the configuration, serve, and say by the exit code how it went."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable

from starlette.types import ASGIApp

from service import http, log, server
from service.config import Config, InvalidConfigError
from service.state import State

logger = logging.getLogger(__name__)


def main(create_app: Callable[[State], ASGIApp] = http.create_app) -> int:
    """Run the service until it is told to stop, and return the exit code of sysexits.h."""
    try:
        config = Config.read()
    except InvalidConfigError as invalid:
        log.start(logging.INFO)
        for violation in invalid.violations:
            logger.error("invalid configuration: %s", violation, extra=violation.fields())
        return os.EX_CONFIG
    log.start(config.level)

    match sys.argv[1:]:
        case []:
            return serve(create_app, config)
        case ["--check-config"]:
            logger.info("the configuration is valid")
            return os.EX_OK
        case arguments:
            logger.error("unknown arguments %s: there is one, `--check-config`", arguments)
            return os.EX_USAGE


def serve(create_app: Callable[[State], ASGIApp], config: Config) -> int:
    """Serve until a signal; 1 where it could not start, or not stop in order."""
    state = State(config)
    try:
        asyncio.run(server.serve(state, create_app(state)))
    except server.ServerError as error:
        logger.error("%s", error)
        return 1
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
