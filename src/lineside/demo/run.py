"""`lineside demo`: hub, simulated lines and stations as real processes, from the first start to the report."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import webbrowser
from typing import Any

import click

from lineside.demo.conductor import Conductor
from lineside.demo.drain import ask, drain, shown
from lineside.demo.home import Home, HubFacts, free_port, open_home
from lineside.demo.options import DemoOptions, check_options
from lineside.demo.plant import Chosen, choose_plant, settle_plant
from lineside.demo.processes import Crew, Member
from lineside.demo.ready import wait_for_hub, wait_for_stations
from lineside.demo.report import make_report, mark, read_run, write_report
from lineside.demo.stations import Post, photo_post, simulated_posts, write_field, write_station
from lineside.demo.viewer import Viewer
from lineside.plants import STEEL_LINE, STEEL_SITE
from lineside.stream.background import background
from lineside.types.errors import UnavailableError
from lineside.types.identity import StationKey

STAGGER_S = 1.5
"""At most this long after one station the next is started: eight at once would starve each other."""
CALM_S, CANCEL_S = 0.3, 0.3
INTERRUPTED = 130


def say(line: str) -> None:
    click.echo(line, err=True)


async def run_demo(options: DemoOptions) -> int:
    """Until interrupted, or until the report stands (unless `hold`). Returns the exit code; no child is left behind."""
    check_options(options)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with open_home(options.data) as home:
        crew = Crew(home.log, say)
        demo = Demo(options, home, crew)
        play, interrupt = asyncio.create_task(demo.play()), asyncio.create_task(stop.wait())
        ends: set[asyncio.Future[Any]] = {play, interrupt, crew.failed}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if crew.failed.done():
                crew.failed.result()
            return play.result() if play.done() else demo.code
        except OSError as error:
            raise UnavailableError(f"{error.filename or home.data}: {error.strerror or error}.", "Make room, or mend its rights.") from None
        finally:
            interrupt.cancel()
            await demo.calm()
            play.cancel()
            await asyncio.wait([play], timeout=CANCEL_S)
            await crew.stop()


class Demo:
    """One run. `code` is the exit code if it were interrupted now."""

    def __init__(self, options: DemoOptions, home: Home, crew: Crew) -> None:
        self._options, self._home, self._crew = options, home, crew
        self._conductor = Conductor(free_port())
        self.code = 0 if options.seconds is None else INTERRUPTED

    async def play(self) -> int:
        chosen = choose_plant(self._home, steel=self._options.photos is not None)
        simulated = simulated_posts(chosen.plant, self._options.sites)
        async with background(self._conductor.keep):
            hub, _ = await asyncio.gather(self._start_hub(chosen), self._start_field(simulated))
            await self._start_stations(hub, [*simulated, *self._photo_posts(chosen)])
            if self._options.seconds is None:
                await self._conductor.run(True)
                say(f"Products are coming: {hub.http} shows them. Ctrl-C stops it all.")
                return await _for_ever()
            self.code = await self._measure(hub, simulated, self._options.seconds)
            if self._options.hold:
                say(f"The demo stays up at {hub.http}, the database at {hub.dsn}. Ctrl-C stops it all.")
                return await _for_ever()
            return self.code

    async def calm(self) -> None:
        """No product comes any more: what is under way can still be judged before the stations stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._conductor.run(False), CALM_S)

    async def _start_hub(self, chosen: Chosen) -> HubFacts:
        """The hub with its plant, ready; its address is told and shown in the browser."""
        new_plant = ("--plant", str(chosen.file)) if chosen.file else ()
        notify = ("--notify", str(self._options.notify.absolute())) if self._options.notify else ()
        say(f"Starting the hub in {self._home.data}")
        # The plant comes last: it is left out when the hub is started again.
        member = await self._crew.start("hub", "hub", "--data", str(self._home.data), "--listen", self._options.listen, *notify, *new_plant)
        hub = await wait_for_hub(self._home, lambda: member.process.pid)
        member.proven = True
        member.command = member.command[: len(member.command) - len(new_plant)]
        settle_plant(self._home)
        say(f"Lineside is at {hub.http}")
        if not self._options.no_browser:
            await asyncio.to_thread(_open_browser, hub.http)
        return hub

    async def _start_field(self, posts: list[Post]) -> None:
        """The simulated lines, at rest."""
        write_field(self._home, posts, self._conductor.port, self._options)
        member = await self._crew.start("field", "sim", "field", "--config", str(self._home.field))
        await self._conductor.run(False)
        member.proven = True

    def _photo_posts(self, chosen: Chosen) -> list[Post]:
        photos, package = self._options.photos, self._options.package
        return [photo_post(chosen.plant, STEEL_SITE, STEEL_LINE, photos, package)] if photos and package else []

    async def _start_stations(self, hub: HubFacts, posts: list[Post]) -> None:
        """One after the other, so that they do not starve each other while they load their detectors."""
        members: dict[StationKey, Member] = {}
        ready = {post.key: asyncio.Event() for post in posts}

        def note(key: StationKey) -> None:
            members[key].proven = True
            ready[key].set()
            say(f"{sum(event.is_set() for event in ready.values())} of {len(posts)} stations are ready: {key.site} {key.line}")

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(wait_for_stations(hub, [post.key for post in posts], say, note))
            for post in posts:
                path = write_station(self._home, post, hub, self._conductor.port, self._options.rate)
                members[post.key] = await self._crew.start(post.name, "edge", "--station", str(path))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(ready[post.key].wait(), STAGGER_S)

    async def _measure(self, hub: HubFacts, posts: list[Post], seconds: float) -> int:
        """Let products come for `seconds`, wait until the database holds them, report. Returns the exit code."""
        lines = [post.key for post in posts]
        since = mark(self._home, lines)
        viewer = Viewer(hub.http, lines)
        async with background(viewer.watch):
            await self._conductor.run(True)
            say(f"Products come for {seconds:g} s.")
            await asyncio.sleep(seconds)
            await self._conductor.run(False)
            run = read_run(self._home, since)
            say(f"{run.triggered} products passed; waiting for the last of them to be committed.")
            tally = await drain(self._home, run, say)
            await shown(viewer, run)
        result = await ask(self._home, lambda connection: make_report(connection, self._home, run, tally, viewer.seen))
        if self._options.report is not None:
            write_report(self._options.report, result)
        return _judge(result["products"])


def _judge(products: dict[str, int]) -> int:
    """Says how it went; 1 when a product is missing or was counted twice."""
    say(", ".join(f"{name} {number}" for name, number in products.items()))
    if products["missing"] or products["duplicated"]:
        say(
            f"{products['missing']} products are missing and {products['duplicated']} were counted twice: see the ledger page and the logs."
        )
        return 1
    return 0


def _open_browser(address: str) -> None:
    """A window of its own, or none: a browser of the terminal would take the terminal away."""
    with contextlib.suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) not in (webbrowser.GenericBrowser, webbrowser.Elinks):
            browser.open(address)


async def _for_ever() -> int:
    await asyncio.Event().wait()
    return 0
