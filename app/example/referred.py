"""Referrals of the example's last two weeks: who sent them, what they say, what a briefing answers. Pure."""

from dataclasses import dataclass

from app.panels.referrals.rules import ToolScore


@dataclass(frozen=True)
class ExampleReferral:
    """`days`: working days before the last one on which it came, negative: the evening after the last briefing.

    `whom`: the kind of child it is about. `decided`: threshold, and for whom it is met or diverted; blank: it waits.
    """

    days: int
    hour: int
    whom: str
    sender: str
    referrer: str
    concerns: tuple[str, ...]
    wanted: str
    asked: str = ""
    tools: tuple[ToolScore, ...] = ()
    risk_level: str = ""
    consent: str = "given"
    consent_reason: str = ""
    lawful_basis: str = "public-task"
    transition_note: str = ""
    decided: str = ""
    towards: str = ""
    rationale: str = ""


SCREENING = ToolScore("Exploitation screening tool", "18 of 25")
SOME = ToolScore("Exploitation screening tool", "11 of 25")
LITTLE = ToolScore("Exploitation screening tool", "5 of 25")
TO_ADULTS = "Adult social care knows; the transition worker comes to the first meeting and takes the plan on."

REFERRALS = (
    ExampleReferral(
        9, 14, "new", "police@example.org", "Sergeant Constable-Sample", ("cce", "county-lines"),
        "A plan across police, school and home before the end of term.", "mace", (SCREENING,), "high",
        decided="met", towards="mace",
        rationale="Two screening tools agree, and the parents cannot keep the child safe alone.",
    ),
    ExampleReferral(
        8, 11, "new", "sky.learnwell@example.org", "Head of year", ("online",),
        "Advice on what to do about messages from somebody the child has never met.", "", (LITTLE,), "low",
        lawful_basis="consent", decided="not-met",
        rationale="The school and the parents act well; the advice line was given and the referrer rung back.",
    ),
    ExampleReferral(
        7, 16, "closed", "health@example.org", "Named nurse for safeguarding", ("cse",),
        "That the plan from last time starts again.", "mace", (SOME,), "medium",
        decided="met", towards="mace",
        rationale="The worries of last time are back within the year, with a new group of older peers.",
    ),
    ExampleReferral(
        5, 10, "new", "robin.homely@example.org", "Keyworker", ("missing", "substance-misuse"),
        "Support for the carers at weekends.", "", (SOME,), "medium",
        decided="diverted", towards="Family help",
        rationale="No sign of exploitation; what the family asks for is given there sooner.",
    ),
    ExampleReferral(
        4, 15, "new", "jules.fairplay@example.org", "Case manager, youth justice", ("gang", "cce"),
        "A look at the child’s debts, which others collect.", "mace", (SCREENING,), "high",
        consent="not-sought", consent_reason="Asking now would tell those who threaten the child.",
        decided="met", towards="mace",
        rationale="Debt bondage is likely; the National Referral Mechanism is considered.",
    ),
    ExampleReferral(
        3, 9, "new", "sky.learnwell@example.org", "Safeguarding lead", ("harmful-sexual-behaviour",),
        "A joint plan for both pupils.", "", (), "",
        consent="refused", consent_reason="The parents fear that the school place is lost.", decided="diverted",
        towards="Harmful sexual behaviour service", rationale="Their own panel meets this week.",
    ),
    ExampleReferral(
        2, 13, "new", "police@example.org", "Missing persons co-ordinator", ("missing", "cse"),
        "That somebody speaks with the child who is not in uniform.", "child-exploitation-tracking", (SOME,), "medium",
        decided="met", towards="mace",
        rationale="Met for MACE, not for tracking: the plan needs other agencies every two weeks.",
    ),
    ExampleReferral(
        0, 14, "closed", "police@example.org", "Missing persons co-ordinator", ("cce", "missing"),
        "A meeting soon: the same address as last year is named again.", "mace", (SCREENING,), "high",
    ),
    ExampleReferral(
        0, 15, "adult", "health@example.org", "Sexual health clinic", ("cse", "trafficking"),
        "A plan that does not end on a birthday.", "mace", (SCREENING,), "high", transition_note=TO_ADULTS,
    ),
    ExampleReferral(
        0, 16, "new", "sky.learnwell@example.org", "Attendance officer", ("county-lines",),
        "To know whether others see the same.", "", (SOME,), "medium",
        consent="refused", consent_reason="The child asked that nobody at home is told.",
    ),
    ExampleReferral(
        0, 17, "new", "officer@example.org", "Duty social worker", ("trafficking",),
        "Advice on the National Referral Mechanism.", "", (), "",
        consent="not-sought", consent_reason="The child cannot be reached at present.", lawful_basis="vital-interests",
    ),
)  # fmt: skip
