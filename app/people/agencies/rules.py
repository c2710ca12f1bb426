"""What must hold for an agency's posts and lines, and the mail to whoever holds or covers one now. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_NAME = 100


@dataclass(frozen=True)
class PostNamed:
    """A post as a form describes it."""

    name: str
    holder_id: int | None
    cover_id: int | None


def post_problems(post: PostNamed, people: Mapping[int, str]) -> dict[str, str]:
    """What is wrong, by field. `people`: those of the agency who can sign in, by id."""
    problems: dict[str, str] = {}
    if not post.name.strip():
        problems["name"] = "Enter the post’s name, such as Duty desk"
    elif len(post.name) > LONGEST_NAME:
        problems["name"] = f"Use {LONGEST_NAME} characters or fewer"
    for field, person in (("holder", post.holder_id), ("cover", post.cover_id)):
        if person is not None and person not in people:
            problems[field] = "Choose somebody of this agency who can sign in"
    if post.holder_id is not None and post.holder_id == post.cover_id:
        problems["cover"] = "Choose somebody else: nobody can cover for themselves"
    return problems


def line_problem(
    person_id: int, lead_id: int | None, people: Mapping[int, str], leads: Mapping[int, int | None]
) -> dict[str, str]:
    """Why this person cannot be led by that one, by field. `leads`: who leads whom now."""
    if person_id not in people:
        return {"person": "Choose somebody of this agency who can sign in"}
    if lead_id is None:
        return {}
    if lead_id == person_id:
        return {"lead": "Choose somebody else: nobody leads themselves"}
    if lead_id not in people:
        return {"lead": "Choose somebody of this agency who can sign in, or nobody"}
    above: int | None = lead_id
    passed: set[int] = set()
    while above is not None and above not in passed:
        if above == person_id:
            return {
                "lead": f"{people[person_id]} leads {people[lead_id]} already, in person or through others"
            }
        passed.add(above)
        above = leads.get(above)
    return {}


def post_mail(holds: bool, base_url: str) -> tuple[str, str]:
    """Subject and body of the mail to whoever was named: no name of a post, a person or a child."""
    what = "hold" if holds else "cover for"
    return (
        f"You now {what} a post of your agency",
        f"You have been named to {what} a post of your agency. Actions given to the post "
        f"{'are with you from now on' if holds else 'are open to you, and with you while nobody holds it'}.\n\n"
        f"See what is due:\n{base_url}/actions\n\n"
        "This message names nobody on purpose. Sign in to read more.\n",
    )
