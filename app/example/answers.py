"""What agencies of the example know before a meeting, in their words: plain, respectful and invented. Pure."""

from random import Random

POLICE = (
    {
        "known": "Two intelligence reports since the last meeting, both about a car that waits near the bus station.",
        "known_since": "September",
        "risks": "The phone is switched off at night. Nobody has been arrested.",
        "actions_taken": "Patrols pass the station on Friday evenings; the owner of the car is being traced.",
    },
    {
        "known": "Found by a patrol at two in the morning, cooperative and unhurt.",
        "known_since": "This month",
        "strengths": "Gave the officer a number to ring and asked to be taken home.",
    },
    {
        "known": "Named as a witness in a case that is still open; not a suspect in anything.",
        "known_since": "Last year",
        "risks": "Older peers know that a statement was made.",
        "actions_taken": "A single officer is the contact; a welfare check is made every week.",
    },
    {
        "known": "Trigger plan is in place and was used twice. Grading was medium both times.",
        "actions_taken": "The plan was shared with the night team.",
    },
)
HEALTH = (
    {
        "known": "Attends the clinic every four weeks and the sleep sessions with the school nurse.",
        "known_since": "Spring",
        "strengths": "Has kept every appointment this term and asks good questions.",
    },
    {
        "known": "Missed the last two appointments; the carer rang to rearrange.",
        "known_since": "Two months",
        "risks": "Says that sleep is bad and that smoking helps.",
        "actions_taken": "A home visit is offered instead of the clinic.",
    },
    {
        "known": "Seen in the emergency department once, for a sprained wrist. The account was consistent.",
        "known_since": "Last month",
        "actions_taken": "The safeguarding nurse spoke with the child alone.",
    },
)
SOCIAL_CARE = (
    {
        "known": "Visited twice since the last meeting. Talks about wanting to see a sibling more often.",
        "known_since": "Allocated since the summer",
        "strengths": "Good relationship with the keyworker.",
        "actions_taken": "Contact is being planned with the other placement.",
    },
    {
        "known": "The placement feels that it can hold the child with more support at weekends.",
        "risks": "Notice has been talked about, not given.",
        "actions_taken": "Two sessions of respite a month from now on.",
    },
)
EDUCATION = (
    {
        "known": "Attendance is 71 % this half term, mostly whole days at the beginning of the week.",
        "known_since": "This half term",
        "strengths": "Comes on time on days with practical lessons.",
        "actions_taken": "A mentor meets the child at the gate on Mondays.",
    },
    {
        "known": "On a reduced timetable, which ends in two weeks.",
        "risks": "Leaves the site at lunch with pupils from another school.",
        "actions_taken": "Lunch club is offered; a plan for full days is written.",
    },
)
YOUTH_JUSTICE = (
    {
        "known": "A referral order has six weeks to run. Turns up on time.",
        "strengths": "Proud of the reparation work at the bicycle workshop.",
    },
)
ABOUT_PLACES = {
    "known": "Several calls about groups of young people in the evening; staff on site know some of them by name.",
    "known_since": "Summer",
    "risks": "Lighting is poor at the back, and cars can stop unseen.",
    "actions_taken": "A walk round with the owner is agreed.",
}
BY_EMAIL = {
    "police@example.org": POLICE,
    "health@example.org": HEALTH,
    "robin.homely@example.org": SOCIAL_CARE,
    "sky.learnwell@example.org": EDUCATION,
    "jules.fairplay@example.org": YOUTH_JUSTICE,
}


def known_of(luck: Random, email: str, kind: str) -> dict[str, str]:
    """The texts of one contribution about a child or a place."""
    return dict(ABOUT_PLACES if kind == "place" else luck.choice(BY_EMAIL[email]))
