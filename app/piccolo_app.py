"""The one Piccolo app: all tables, one line of migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

ROOMS = ("history", "outbox", "people", "episodes", "panels", "minutes", "actions", "figures")

APP_CONFIG = AppConfig(
    app_name="homeward",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder([f"app.{room}.tables" for room in ROOMS], exclude_imported=True),
    migration_dependencies=[],
    commands=[],
)
