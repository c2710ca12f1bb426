"""The headings under which a discussion is minuted, as values. What was written under them is the minutes' business."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """`key` is stored with the text and never changes; `label` and `hint` are what people read.

    `rows`: how much room it is given at first. `group`: the heading it shares with its neighbours.
    """

    key: str
    label: str
    hint: str = ""
    rows: int = 3
    group: str = ""


DISSENT = Section(
    "dissent", "Dissent", "A professional’s disagreement: whose, and why. Leave empty when all agreed.", 2
)

CHILD_SECTIONS = (
    Section("why_listed", "Why listed", "In words that someone who was not there understands"),
    Section("child_views", "The child’s views", "What do they say, in their own words? Who asked, and when?"),
    Section("carer_views", "The carers’ views", "What do parents or carers say, and what do they do?"),
    Section(
        "episodes",
        "Episodes and return home interviews since last time",
        "When, from where, how long, found where? What did the interviews tell?",
        5,
    ),
    Section("contributions", "Contributions", "What each agency brought. “Nothing known” is an answer.", 5),
    Section(
        "factors", "Push and pull factors", "What does the child get away from? What, or who, draws them?"
    ),
    Section(
        "places_and_people", "Places and people of concern", "Addresses, hotspots, adults, peers, and links"
    ),
    Section("strengths", "Strengths", "What keeps the child safe: people, interests, routines"),
    Section(
        "prepare", "Prepare", "Readying the child, the family and the workers around them", 2, "Safety plan"
    ),
    Section("prevent", "Prevent", "Keeping the next episode from happening", 2, "Safety plan"),
    Section("protect", "Protect", "Keeping the child safe while missing and on return", 2, "Safety plan"),
    Section("pursue", "Pursue", "Acting against those who exploit", 2, "Safety plan"),
    DISSENT,
)

PROBLEM_SECTIONS = (
    Section("inter_service_problems", "Problems found between services", "Whatever the child did"),
    Section("feedback", "Feedback to child-protection and children-in-care leads"),
    Section("intelligence", "Intelligence for the police"),
)

PLACE_SECTIONS = (
    Section("why_listed", "Why listed", "In words that someone who was not there understands"),
    Section("what_happens", "What happens at this place", "Who was missing from it, who was found at it?", 4),
    Section("who_is_drawn", "Who is drawn to it, and by whom"),
    Section("disruption", "What each agency does about it", "Visits, licensing, lighting, staff", 4),
    DISSENT,
)

STANDING_SECTIONS = (
    Section("notes", "What was said", "The points made, and by which agency", 8),
    DISSENT,
)
