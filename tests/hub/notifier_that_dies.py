"""Run as a process by a test: sends the first message that is due, and is killed before it can mark it."""

import asyncio
import os
import signal
import sys
import time

from lineside.hub.alarms.addresses import Address
from lineside.hub.alarms.notices import Notices, send_in_thread
from lineside.hub.alarms.send import Message
from lineside.hub.store.pool import open_pool


async def send_and_die(url: str, message: Message) -> str | None:
    failed = await send_in_thread(url, message)
    assert failed is None, failed
    os.kill(os.getpid(), signal.SIGKILL)
    return None


async def main(dsn: str, url: str) -> None:
    notices = Notices(await open_pool(dsn), [Address("ops", url)], "http://hub", send_and_die)
    await notices.once(time.time_ns() // 1000)


asyncio.run(main(*sys.argv[1:]))
