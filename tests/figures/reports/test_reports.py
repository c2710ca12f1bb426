"""The life of a report: made, written in by two people, fixed once, verified, made anew; who sees it; its files."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from docx import Document as WordFile
from pypdf import PdfReader

from app import database
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock

QUARTER = {"kind": "quarterly-figures", "from": "2026-01-01", "to": "2026-04-01"}


async def some_records() -> None:
    """Of the quarter: 12 episodes of 4 children, 3 of them not returned within a day."""
    for child_number in range(4):
        child = await builders.a_child()
        for day in (3, 10, 17):
            started = datetime(2026, 2, day + child_number, 20, tzinfo=UTC)
            late = day == 3 and child_number < 3
            returned = started.replace(day=started.day + (3 if late else 0), hour=22)
            await builders.an_episode(child, started, reported_at=started, returned_at=returned)


async def a_draft(browser: Browser, **given: str) -> str:
    """The address of a new draft."""
    answer = await browser.post("/reports", {"audience": "managers", **QUARTER, **given})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]


async def fixed(browser: Browser, address: str) -> None:
    page = (await browser.get(f"{address}/fixing")).text
    form = {name: field(page, name) for name in ("version", "reading")}
    answer = await browser.post(f"{address}/fixing", form)
    assert (answer.status_code, answer.headers.get("location")) == (303, address), answer.text


async def test_smoke(sign_in: SignIn) -> None:
    await some_records()
    officer = await sign_in("officer")
    address = await a_draft(officer)
    page = await officer.get(address)
    assert page.status_code == 200
    await officer.post(f"{address}/words", {"version": "1", "words-opening": "It **fell**."})
    page = await officer.get(address)
    assert "It **fell**." in page.text
    for form in ("pdf", "docx", "csv"):
        assert (await officer.get(f"{address}.{form}")).status_code == 200
    await fixed(officer, address)
    assert "SHA-256" in (await officer.get(address)).text
