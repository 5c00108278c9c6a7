"""A screen without a pointer: each thing that can be used is reached by the tab key, and seen to be reached."""

from typing import Final

from playwright.sync_api import Page

WANTED: Final = """() => {
    const groups = new Set();
    return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((one) => {
        if (one.disabled || one.closest("[inert]") || !one.checkVisibility({ visibilityProperty: true })) return false;
        if (one.type !== "radio") return true;
        const seen = groups.has(one.name);
        groups.add(one.name);
        return !seen;  // arrows go on within a group
    }).length;
}"""
FOCUSED: Final = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const marked = (window.walked ??= new Map());
    if (!marked.has(one)) marked.set(one, marked.size);
    const shown = [one, one.closest("label") ?? one, ...(one.labels ?? [])].some((part) => {
        const style = getComputedStyle(part);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    return { number: marked.get(one), shown, name: one.outerHTML.slice(0, 120), y: one.getBoundingClientRect().y };
}"""


def missed(page: Page) -> list[str]:
    """What of the screen the tab key does not reach, and where no focus is to be seen; empty where all is well.

    Where something came or went meanwhile, such as a notice, it is walked again.
    """
    for _ in range(5):
        wanted = page.evaluate(WANTED)
        wrong = _walked(page, wanted)
        if page.evaluate(WANTED) == wanted:
            return wrong
    return ["the screen does not come to rest"]


def _walked(page: Page, wanted: int) -> list[str]:
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    wrong: list[str] = []
    reached: dict[int, str] = {}
    last = -1
    for _ in range(2 * wanted + 5):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None:  # the browser's own bar, between the last and the first
            continue
        if found["number"] in reached and found["number"] != last:
            break
        last = found["number"]
        reached[found["number"]] = found["name"]
        if not found["shown"]:
            wrong.append(f"no focus to be seen on {found['name']}")
    if len(reached) < wanted:
        wrong.append(f"{len(reached)} of {wanted} reached, the last {list(reached.values())[-1:]}")
    return wrong
