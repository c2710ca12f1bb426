"""What people's records must hold: e-mail addresses, passwords, how many tries, how long a session lives. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.access import Role

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
INVITATION_HOURS = 48
MOST_TRIES = 10
TRIES_WINDOW = timedelta(minutes=5)
LAST_SEEN_EVERY = timedelta(seconds=30)

EXAMPLE_EMAILS = tuple(
    f"{name}@example.org"
    for name in (
        "chair",
        "minutes",
        "police",
        "health",
        "manager",
        "admin",
        "officer",
        "analyst",
        "guest",
        "outsider",
    )
)
"""The example authority's sign-ins; everybody knows their password."""

AGENCY_KINDS = {
    "police": "Police",
    "health": "Health",
    "education": "Education",
    "social-care": "Social care",
    "youth-justice": "Youth justice",
    "charity": "Charity",
    "other": "Other",
}
ROLE_NAMES = {
    Role.ADMINISTRATOR: "Administrator",
    Role.SAFEGUARDING_MANAGER: "Safeguarding manager",
    Role.PANEL_OFFICER: "Panel officer",
    Role.AGENCY_LEAD: "Agency lead",
    Role.ANALYST: "Analyst",
}
ROLE_WORDS = {
    Role.ADMINISTRATOR: "People, agencies, messages and the record. Sees no child.",
    Role.SAFEGUARDING_MANAGER: "Every panel and child, promptness, figures, reports and samples of cases.",
    Role.PANEL_OFFICER: "Runs the panels: children, agendas, minutes and actions of all of them.",
    Role.AGENCY_LEAD: "The actions and posts of their own agency.",
    Role.ANALYST: "Reads every figure and the reports for committees. Sees no child and no records behind a number.",
}
"""What each role brings, for whoever gives it."""

COMMON_PASSWORDS = frozenset(Path(__file__).with_name("common-passwords.txt").read_text().split())
"""The usual ones of twelve characters and more."""

EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


@dataclass(frozen=True)
class SessionLimits:
    idle: timedelta
    absolute: timedelta


def is_session_alive(
    began_at: datetime, last_seen_at: datetime, now: datetime, limits: SessionLimits
) -> bool:
    return now - last_seen_at < limits.idle and now - began_at < limits.absolute


def clean_email(text: str) -> str:
    """An address in the form we keep: trimmed and lower case. Raises ValueError with a sentence."""
    email = text.strip().lower()
    if len(email) > 254 or not EMAIL.fullmatch(email):
        raise ValueError("Enter an e-mail address, such as name@example.org")
    return email


def needs_a_good_password(password: str, email: str) -> str | None:
    """The sentence to show for a password that can't be taken. No rules of composition (NCSC's advice)."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use {SHORTEST_PASSWORD} characters or more. Three random words work well."
    if len(password) > LONGEST_PASSWORD:
        return f"Use {LONGEST_PASSWORD} characters or fewer."
    plain = password.lower()
    if plain in COMMON_PASSWORDS or len(set(plain)) < 4:
        return "This is one of the first passwords that others would guess. Choose another, such as three random words."
    if plain == email or plain == email.split("@")[0]:
        return "Don’t use your e-mail address as your password."
    return None
