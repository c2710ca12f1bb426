"""Goes from page to page as axe and a narrow window see them, and sends forms with nothing in them."""

from collections.abc import Iterable

from tests.browser.conftest import Visitor

WIDTHS = (1280, 375)

Left = list[tuple[str, str, dict[str, str]]]
"""A page, the button that is pressed, and what is typed before; all other fields are emptied."""


async def walk(visitor: Visitor, paths: Iterable[str], widths: Iterable[int] = WIDTHS) -> None:
    """Looks at each page in each width; says at the end all that was found."""
    found = []
    for path in paths:
        await visitor.page.set_viewport_size({"width": 1280, "height": 900})
        answer = await visitor.page.goto(visitor.address + path)
        if answer is None or answer.status != 200:
            found.append(f"{path}: {answer and answer.status}")
            continue
        found += await looked_at(visitor, widths)
    assert not found, "\n".join(found)


async def looked_at(visitor: Visitor, widths: Iterable[int] = WIDTHS) -> list[str]:
    found = []
    for width in widths:
        await visitor.page.set_viewport_size({"width": width, "height": 900})
        try:
            await visitor.looked_at()
        except AssertionError as problem:
            found.append(f"{width} px: {problem}")
            visitor.said.clear()
    return found


async def leave_empty(visitor: Visitor, forms: Left) -> None:
    """Sends each form with nothing in it, and looks at what comes back: the errors, at their fields, by words."""
    found = []
    page = visitor.page
    for path, button, typed in forms:
        await page.set_viewport_size({"width": 1280, "height": 900})
        await visitor.go(path)
        await page.evaluate(EMPTY)
        for name, text in typed.items():
            await page.locator(f"[name={name}]").first.fill(text)
        pressed = page.get_by_role("button", name=button, exact=True).first
        async with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            await pressed.evaluate("button => { button.closest('details')?.setAttribute('open', '') }")
            await visitor.answered(pressed.click())
        status = (await answered.value).status
        if status != 422:
            found.append(f"{path}: {status} instead of 422")
            continue
        if not await page.locator(".govuk-error-message, .govuk-error-summary").count():
            found.append(f"{path}: no error is told")
        lost = await page.evaluate(DANGLING)
        if lost:
            found.append(f"{path}: the summary leads to {lost}, which are not there")
        found += await looked_at(visitor)
    assert not found, "\n".join(found)


EMPTY = """() => {
  for (const field of document.querySelectorAll('main input, main textarea, main select')) {
    if (field.type === 'hidden') continue
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = false
    else field.value = ''
  }
}"""

DANGLING = """() => [...document.querySelectorAll('.govuk-error-summary a')]
  .map(link => link.getAttribute('href'))
  .filter(href => href.startsWith('#') && !document.getElementById(href.slice(1)))"""
