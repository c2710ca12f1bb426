"""What figures about children are split by: whose child, where placed, legal status, age, and whom equality law names.

Pure. The codes are those of the SQL, which packs them beside an instant to carry them with a child's latest episode.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.figures.rules import AWAY, HERE, OLA, OWN

NOT_KNOWN = "not-known"
NO_CHILD = "none"
"""Things about no single child, such as an action about a place."""


@dataclass(frozen=True)
class Dimension:
    """`keys` by code with what they are called; without any, what the records say is key and label.

    `always` are shown also where nothing was counted.
    """

    name: str
    title: str
    keys: tuple[tuple[str, str], ...] = ()
    always: tuple[str, ...] = ()
    is_of_child: bool = True

    def key(self, code: int | str) -> str:
        """The key of a group as the SQL gives it."""
        return self.keys[code][0] if isinstance(code, int) else code or NOT_KNOWN

    def code(self, key: str) -> int | str | None:
        """What the SQL calls it; None where there is no such group."""
        if not self.keys:
            return "" if key == NOT_KNOWN else key
        return next((code for code, (known, _) in enumerate(self.keys) if known == key), None)

    def label(self, key: str) -> str:
        return dict(self.keys).get(key, "Not recorded" if key == NOT_KNOWN else key)

    def in_order(self, keys: set[str]) -> list[str]:
        """As declared, else by their words; what is not known last."""
        if self.keys:
            return [key for key, _ in self.keys if key in keys | set(self.always)]
        return sorted(keys, key=lambda key: (key == NOT_KNOWN, key.casefold(), key))


AUTHORITY = Dimension(
    "authority",
    "Own children and children of other authorities",
    (
        (OLA, "Children of other authorities"),
        (OWN, "Own children"),
        (NO_CHILD, "About no single child"),
    ),
    always=(OWN, OLA),
)
PLACED = Dimension(
    "placed",
    "Where the children are placed",
    ((AWAY, "Placed out of the area"), (HERE, "Placed here"), (NO_CHILD, "About no single child")),
    always=(HERE, AWAY),
)
LEGAL_STATUS = Dimension(
    "legal_status",
    "Legal status",
    (
        (NOT_KNOWN, "Not recorded"),
        ("cla", "Looked after"),
        ("cp", "Child protection plan"),
        ("cin", "Child in need"),
        ("none", "None of these"),
        ("no-child", "About no single child"),
    ),
)
AGE_BAND = Dimension(
    "age_band",
    "Age",
    (
        (NOT_KNOWN, "Age not known"),
        ("under-10", "Under 10"),
        ("10-12", "10 to 12"),
        ("13-15", "13 to 15"),
        ("16-17", "16 and 17"),
        ("18-and-over", "18 and over"),
        ("no-child", "About no single child"),
    ),
)
SEX = Dimension("sex", "Sex")
ETHNICITY = Dimension("ethnicity", "Ethnicity")
DISABILITY = Dimension("disability", "Disability")

OF_CHILDREN = (AUTHORITY, PLACED, LEGAL_STATUS, AGE_BAND, SEX, ETHNICITY, DISABILITY)
"""What figures about children are split by."""

DIVERSITY = tuple(dimension.name for dimension in (AGE_BAND, SEX, ETHNICITY, DISABILITY))
"""The splits that the duty under equality law asks to look at."""

PANEL = Dimension("panel", "By panel", is_of_child=False)
AGENCY = Dimension("agency", "By agency", is_of_child=False)
OWNER = Dimension("owner", "By person", is_of_child=False)
CHAIR = Dimension("chair", "By chair", is_of_child=False)
MINUTE_TAKER = Dimension("minute_taker", "By minute taker", is_of_child=False)

DIMENSIONS: Mapping[str, Dimension] = {
    dimension.name: dimension for dimension in (*OF_CHILDREN, PANEL, AGENCY, OWNER, CHAIR, MINUTE_TAKER)
}
