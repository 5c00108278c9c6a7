"""`manage.py lint`: the static stage of `manage.py test`."""

from tests.runner.command import main as test


def main(arguments: list[str]) -> int:
    return test(["--only", "static", *arguments])
