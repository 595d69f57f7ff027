"""Fixtures that every test may ask for: time, identifiers, a migrated database, the bus and the outbox."""

from __future__ import annotations

import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from foundation.clock import ManualClock
from foundation.database import Base, Database, Outbox
from foundation.events import LocalBus
from foundation.identifiers import SeededIdentifiers
from tests.support.postgres import TEMPLATE, Cluster, programs

KINDS = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
"""What a test's `database_url`, `empty_url` or `house_url` may be; it is SQLite for a test that says nothing."""


# As the product does: rendering every variable's value would hold up a test's loop for seconds.
structlog.configure(
    [structlog.stdlib.add_log_level, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)


# How long an example takes says how busy the machine is; a test that hangs has pytest's own limit. What is drawn is
# the same each time: a fault that nobody has made just now must not stop what they made. `make explore` draws anew.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("same")


def pytest_collection_finish() -> None:
    """What is imported by now stays: it is not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `both_databases` runs on SQLite and once more on PostgreSQL."""
    if metafunc.definition.get_closest_marker("both_databases"):
        for name in {"database_url", "empty_url", "house_url"}.intersection(metafunc.fixturenames):
            metafunc.parametrize(name, KINDS, indirect=True)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def identifiers(clock: ManualClock) -> SeededIdentifiers:
    return SeededIdentifiers(clock, seed=7)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One private PostgreSQL for each process of the run."""
    tools = programs()
    if tools is None:
        pytest.skip("PostgreSQL's server programs are not on this machine")
    cluster = Cluster.start(tools)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def made_databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a process of the run keeps the SQLite files that its tests copy: to make one takes much longer."""
    return tmp_path_factory.mktemp("databases")


@pytest.fixture
async def database_url(request: pytest.FixtureRequest, tmp_path: Path, made_databases: Path) -> AsyncIterator[str]:
    """A database with every table and no row."""
    if not _on_postgres(request):
        # Tables are only ever added, by modules that are loaded later: their number says which there are.
        made = made_databases / f"{len(Base.metadata.tables)}_tables.db"
        if not made.exists():
            await _create_tables(f"sqlite:///{made}")
        shutil.copy(made, tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    async with cluster.database(TEMPLATE) as url:
        yield url


async def _create_tables(url: str) -> None:
    made = Database.open(url)
    async with made.write() as session:
        await session.run_sync(lambda inner: Base.metadata.create_all(inner.connection()))
    await made.close()


@pytest.fixture
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database without tables."""
    if not _on_postgres(request):
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    async with cluster.database("template1") as url:
        yield url


@pytest.fixture
async def house_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database that a house starts on at once: it has the tables, and on SQLite the demonstration's rows as well."""
    # Not above: it loads the whole service, which most unit tests can do without.
    from tests.support.served import seeded

    if not _on_postgres(request):
        shutil.copy((await seeded()) / "cloud-window.db", tmp_path / "house.db")
        yield f"sqlite:///{tmp_path / 'house.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    async with cluster.database(TEMPLATE) as url:
        yield url


def _on_postgres(request: pytest.FixtureRequest) -> bool:
    return getattr(request, "param", "sqlite") == "postgres"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def bus() -> LocalBus:
    return LocalBus()


@pytest.fixture
def outbox(database: Database, bus: LocalBus, clock: ManualClock) -> Outbox:
    return Outbox(database, bus, clock)
