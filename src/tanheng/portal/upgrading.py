"""The tables of the books in step with the program: what is missing, and putting it in place."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tanheng.database import place
from tanheng.problems import reject

# Of two who upgrade at once, one waits; the number is ours alone.
_LOCK = 7_238_410_001
_HAS_MIGRATIONS = "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = 'django_migrations'"


def missing() -> list[str]:
    """The migrations that the database has not had, in their order, as ``people.0001_people``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def upgrade() -> list[str]:
    """Bring the database up to the program; says which migrations it had."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            done = missing()
            if done:
                call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return done


def no_newer_than_we(database: str) -> None:
    """Go on only with a database whose every migration this program knows.

    Raises
    ------
    InputRejected
        When it is of a newer Tanheng.
    """
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    apps = {app for app, _name in known}
    with place.connect(database) as there:
        if there.execute(_HAS_MIGRATIONS).fetchone():
            applied = {(str(app), str(name)) for app, name in there.execute("SELECT app, name FROM django_migrations")}
            newer = sorted(f"{app}.{name}" for app, name in applied - known if app in apps)
            if newer:
                raise reject(
                    "portal.E001",
                    "the backup",
                    f"is of a newer Tanheng, with {', '.join(newer)}",
                    hint="Restore it with that one",
                )
