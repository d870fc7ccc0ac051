"""Fixtures that several folders of tests share."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest

from lineside.hub.embedded import EmbeddedNats, embedded_nats, embedded_postgres
from servers import FAST, TEMPLATE, Cluster, Loop, forgotten, make_template


@pytest.fixture(scope="session")
def pg_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A real PostgreSQL with a migrated template; one for each worker of the run."""
    data = tmp_path_factory.mktemp("cluster")
    with forgotten(data), Loop(lambda: embedded_postgres(data, settings=FAST)) as server:
        cluster = Cluster(server.dsn.rpartition("/")[0])
        asyncio.run(make_template(cluster))
        yield cluster


@pytest.fixture
async def database(pg_cluster: Cluster) -> AsyncIterator[str]:
    """The DSN of a fresh, migrated database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    await pg_cluster.run(f"create database {name} template {TEMPLATE}")
    yield pg_cluster.dsn(name)
    await pg_cluster.run(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedNats]:
    """A real broker for the run of this worker. Tests that kill or fill it start their own."""
    with Loop(lambda: embedded_nats(tmp_path_factory.mktemp("broker"))) as server:
        yield server
