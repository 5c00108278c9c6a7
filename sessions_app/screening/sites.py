"""The body sites that everything in the product speaks of."""

from collections.abc import Iterable
from typing import Literal

from sessions_app.data import Entry, load


class Site(Entry):
    id: str
    name: str
    inside: str
    """The name within a sentence."""
    group: Literal["head", "torso", "limbs"]
    eyes: bool
    """Light on this site reaches the eyes (docs/evidence.md, "Eyes")."""
    near: tuple[str, ...]
    """Sites that count as "near" this one; the same both ways round."""


class Sites(Entry):
    version: int
    sites: tuple[Site, ...]


SITES = {site.id: site for site in load("screening/sites.json", Sites).sites}


def unknown(sites: Iterable[str]) -> list[str]:
    return [site for site in sites if site not in SITES]


def in_words(sites: Iterable[str]) -> str:
    """ "face", "face and neck", "face, neck and chest"; a site that nobody knows keeps its id."""
    names = [SITES[site].inside if site in SITES else site for site in sites]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""


def near(sites: Iterable[str]) -> frozenset[str]:
    """The sites themselves and everything near them."""
    given = [site for site in sites if site in SITES]
    return frozenset(given).union(*(SITES[site].near for site in given)) if given else frozenset()
