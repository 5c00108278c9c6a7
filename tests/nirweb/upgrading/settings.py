"""The product's settings with a next version of one library's schema, which fails after it has changed something."""

from nirweb.settings import *  # noqa: F403

MIGRATION_MODULES = {"sessions": "tests.nirweb.upgrading.migrations"}
