"""Reads whom a panel gives an earlier action to: a person, a post or an agency. No writes."""

from app.actions.issuing.queries import agency_of, owner_of, post_of
from app.actions.reviewing.rules import Owed, whose_words

CHOOSE = "Choose somebody from the list"


async def owed_to(wanted: str, panel_id: int) -> tuple[Owed | None, str]:
    """Whose `person-12`, `post-4` or `agency-3` makes it, and why that cannot be; nothing of both for a blank."""
    kind, _, number = wanted.partition("-")
    if not wanted:
        return None, ""
    if not number.isdecimal() or len(number) > 9:
        return None, CHOOSE
    if kind == "person":
        person = await owner_of(panel_id, int(number))
        if person is not None and person.disabled:
            return None, f"{person.name} can no longer sign in. Choose someone else."
        if person is not None:
            words = whose_words(person.name, "", person.agency_name)
            return Owed(person.agency_id, person.id, None, words), ""
    if kind == "post":
        post = await post_of(int(number))
        if post is not None:
            return Owed(post.agency_id, None, post.id, whose_words("", post.name, post.agency_name)), ""
    if kind == "agency":
        agency = await agency_of(panel_id, int(number))
        if agency is not None:
            return Owed(agency.id, None, None, agency.name), ""
    return None, CHOOSE
