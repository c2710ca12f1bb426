"""Two ways to work a page: with a mouse or a finger, and with the keys alone."""

from typing import Any, Protocol

from playwright.async_api import Locator

from tests.browser.conftest import Visitor

MOST_STEPS = 400

FOCUS = """(wanted) => {
  const at = document.activeElement
  const drawn = (style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
  const label = at.labels && at.labels[0]
  const box = (label && (at.type === 'radio' || at.type === 'checkbox') ? label : at).getBoundingClientRect()
  return {
    there: at === wanted,
    // after the last element the focus is with the browser, before it comes back to the page
    lost: at === document.body || at === document.documentElement,
    shown: drawn(getComputedStyle(at)) || (label && drawn(getComputedStyle(label, '::before'))),
    inSight: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    what: at.outerHTML.slice(0, 160),
  }
}"""


class Hands(Protocol):
    async def press(self, button: Locator) -> None: ...
    async def follow(self, link: Locator) -> None: ...
    async def choose(self, field: Locator, text: str) -> None: ...
    async def write(self, field: Locator, text: str) -> None: ...


class Mouse:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    async def press(self, button: Locator) -> None:
        await self.visitor.answered(button.click())

    async def follow(self, link: Locator) -> None:
        await self.press(link)

    async def choose(self, field: Locator, text: str) -> None:
        await field.select_option(label=text)

    async def write(self, field: Locator, text: str) -> None:
        await field.fill(text)


class Keys:
    """Goes by Tab, as far as needed, and finds the focus in sight wherever it is."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.keyboard = visitor.page.keyboard

    async def to(self, wanted: Locator) -> None:
        handle = await wanted.element_handle()
        for _ in range(MOST_STEPS):
            await self.keyboard.press("Tab")
            focus: dict[str, Any] = await self.visitor.page.evaluate(FOCUS, handle)
            if focus["lost"]:
                continue
            assert focus["shown"], f"{self.visitor.page.url}: the focus is not drawn on {focus['what']}"
            assert focus["inSight"], f"{self.visitor.page.url}: the focus is out of sight on {focus['what']}"
            if focus["there"]:
                return
        raise AssertionError(f"{self.visitor.page.url}: Tab does not lead to {wanted}")

    async def press(self, button: Locator) -> None:
        await self.to(button)
        await self.visitor.answered(self.keyboard.press("Space"))

    async def follow(self, link: Locator) -> None:
        await self.to(link)
        await self.visitor.answered(self.keyboard.press("Enter"))

    async def choose(self, field: Locator, text: str) -> None:
        await self.to(field)
        await self.keyboard.type(text, delay=10)

    async def write(self, field: Locator, text: str) -> None:
        await self.to(field)
        await self.keyboard.type(text)
