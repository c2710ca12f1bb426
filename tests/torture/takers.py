"""Somebody who types into an item, and the page that saves it, as the script of our pages does."""

import asyncio
import random
import secrets
from dataclasses import dataclass, field

import httpx

WORDS = ("the", "school", "rang", "again", "nobody", "knew", "where", "he", "was", "at home\n")


@dataclass
class Page:
    """An open page of one item, on which its person types into one section.

    `acknowledged` are the texts that the server said are saved, each with its version; `out` tells when it ended
    because nobody is signed in any more.
    """

    client: httpx.AsyncClient
    token: str
    path: str
    section: str
    dice: random.Random
    typed: str = ""
    version: int = 0
    edits: int = 0
    editing: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    known: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    refusals: int = 0
    is_out: bool = False
    is_saved: bool = True

    def type(self) -> None:
        self.typed += " ".join(self.dice.choices(WORDS, k=self.dice.randrange(1, 6))) + " "
        self.edits += 1
        self.is_saved = False

    async def save(self) -> None:
        """One try, and what the page does with the answer; without one it knows nothing."""
        sent, edits = self.typed, self.edits
        self.unanswered.append(sent.strip())
        form = {
            **self.known,
            self.section: sent,
            "csrf_token": self.token,
            "version": str(self.version),
            "editing": self.editing,
            "edits": str(edits),
        }
        try:
            answer = await self.client.post(self.path, data=form)
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            return
        if answer.status_code == 200:
            self.version = told["version"]
            self.known[self.section] = sent.strip()
            self.unanswered.clear()
            self.acknowledged.append((told["version"], sent.strip()))
            self.is_saved = edits == self.edits
        elif answer.status_code == 409:
            self.refusals += 1
            await self.catch_up()
        else:
            assert answer.status_code in (401, 500, 503), f"{answer.status_code}: {answer.text}"
            self.is_out = answer.status_code == 401

    async def catch_up(self) -> None:
        """Takes over what the others saved; nobody else types into this page's section."""
        try:
            answer = await self.client.get(f"{self.path}/latest")
            latest = answer.json()
        except (httpx.HTTPError, ValueError):
            return
        if answer.status_code != 200 or latest["version"] < self.version:
            return
        theirs = latest["fields"]
        own = {self.known.get(self.section, ""), self.typed.strip(), *self.unanswered}
        assert theirs.pop(self.section) in own, "somebody changed what only this page writes"
        self.known |= {name: text for name, text in theirs.items() if text}
        self.version = latest["version"]

    async def work(self, until: asyncio.Event, pace: float) -> None:
        """Types and saves until told to stop; then saves what is left."""
        while not until.is_set() and not self.is_out:
            for _ in range(self.dice.randrange(1, 4)):
                self.type()
                await asyncio.sleep(pace * self.dice.random() / 3)
            await self.save()

    async def finish(self) -> None:
        for _ in range(200):
            if self.is_saved:
                return
            await self.save()
            await asyncio.sleep(0.02)
        raise AssertionError("the text could not be saved although nothing was in its way")
