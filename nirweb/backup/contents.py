"""What of the data folder belongs in a backup, by name [K10]. Whoever adds a file there decides about it here; a test asks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final


class Fate(Enum):
    COPIED = "copied as it is"
    DATABASE = "copied by SQLite, in one consistent state"
    LEFT = "left out, and put aside by a restore: it belongs to the state that is replaced"
    STAYS = "left out, and untouched by a restore"


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: str
    """Of the path below the data folder, as fnmatch reads it: a star also crosses slashes."""
    fate: Fate
    why: str


DATABASE: Final = "db.sqlite3"
DUMP: Final = "database.dump"
"""A member of backups only: what pg_dump wrote."""
RULES: Final = (
    Rule(DATABASE, Fate.DATABASE, "everything that people entered"),
    Rule(f"{DATABASE}-*", Fate.LEFT, "SQLite's own, part of the database"),
    Rule("secret.json", Fate.COPIED, "without its keys everybody is signed out and every phone's reminders end"),
    Rule("home/*.new", Fate.LEFT, "half written"),
    Rule("home/*", Fate.COPIED, "the address that installed apps know, and the certificate authority that phones trust"),
    Rule("photos/*", Fate.COPIED, "pictures of people, whose rows are in the database"),
    Rule("*bridge/journal.sqlite3", Fate.DATABASE, "light that the server has not been told of yet"),
    Rule("*bridge/journal.sqlite3-*", Fate.LEFT, "SQLite's own, part of the journal"),
    Rule("*bridge/token.json", Fate.COPIED, "lets the bridge in without another approval"),
    Rule("*bridge/panels.json", Fate.COPIED, "the panels it looks after while the server is away"),
    Rule("*bridge/paired", Fate.COPIED, "the demo's panel is paired"),
    Rule("*bridge/*", Fate.LEFT, "settings, locks and codes that `up` and the bridge write at each start"),
    Rule("prepared.json", Fate.LEFT, "says which code prepared the database that is replaced"),
    Rule("valkey/*", Fate.LEFT, "work under way: what was waiting to be sent must not be sent again after a restore"),
    Rule("logs/*", Fate.STAYS, "what happened, whatever is restored"),
    Rule("snapshots/*", Fate.STAYS, "databases from before upgrades, each as large as the database"),
    Rule("backups/*", Fate.STAYS, "backups"),
    Rule("aside/*", Fate.STAYS, "what restores put aside"),
    Rule("up.lock", Fate.STAYS, "held while NIRWeb runs, and while it is restored"),
    Rule("restoring.json", Fate.STAYS, "a restore's own note"),
)


def rule_of(name: str) -> Rule | None:
    """The first rule for a path below the data folder; None: nobody decided about it."""
    return next((rule for rule in RULES if fnmatchcase(name, rule.pattern)), None)


def files(data: Path) -> Iterator[str]:
    """The path of each file below the data folder, in order. Links are not followed, and not in a backup."""
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(data).as_posix()


def undecided(names: Iterable[str]) -> list[str]:
    return [name for name in names if rule_of(name) is None]


def belongs(name: str) -> bool:
    """Whether a backup may hold a member of this name."""
    if name == DUMP:
        return True
    rule = rule_of(name)
    clean = "\\" not in name and all(part not in {"", ".", ".."} for part in name.split("/"))
    return clean and rule is not None and rule.fate in {Fate.COPIED, Fate.DATABASE}


def replaced(data: Path) -> list[str]:
    """The names at the top of the data folder that a restore puts aside."""
    tops = {rule.pattern.partition("/")[0] for rule in RULES if rule.fate is not Fate.STAYS}
    return sorted(path.name for path in data.iterdir() if any(fnmatchcase(path.name, top) for top in tops))
