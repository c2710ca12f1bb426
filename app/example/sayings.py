"""What is said in the example's meetings: plain, respectful and invented. Which of it, chance decides. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random

from app.example.names import FOUND_PLACES, STAFF_FIRST_NAMES
from app.example.rules import choose
from app.minutes.discussion.rules import Said, sections_for

CHILD_VIEWS = (
    "Says the placement feels loud at the weekend and that walking helps. Asked by the social worker on a visit.",
    "Told the interviewer that they miss their friends and did not think anybody would notice before midnight.",
    "Does not want to talk about where they were. Would talk to the youth worker, not to the police.",
    "Says they were with an older friend who “looks after everything”, and that they felt safe at first.",
    "Wants to see their sibling more often and says they go missing when contact is cancelled.",
    "Would like to go back to college in the mornings and asked for help with the bus fare.",
)
CARER_VIEWS = (
    "Rings at ten in the evening every time and now has the direct number of the duty team.",
    "Feels that small changes work: a later curfew on Fridays, agreed beforehand, was kept three times.",
    "Is worried about new trainers and a second phone, and asks what she should say about them.",
    "Finds the nights hard and asks for respite one weekend in four.",
    "Says that the last two weeks were calmer and that meals together have become normal again.",
)
CONTRIBUTIONS = (
    "Police: two intelligence reports, no arrests; the phone was offline both nights.\n"
    "Health: attended the clinic appointment; next one in four weeks.\nEducation: 62 % attendance this half term.",
    "Police: found by a patrol, cooperative, no injuries.\nHealth: nothing known.\n"
    "Youth justice: referral order has six weeks to run; turns up on time.",
    "Health: therapist sees the child every week and links the episodes to anniversaries.\n"
    "Education: reduced timetable ends on Monday; a mentor is named.\nPolice: nothing new.",
    "Charity: met twice in a café, a good start.\nPolice: vehicle seen twice near the home; owner being checked.",
    "Education: excluded for two days after an argument.\nHealth: nothing known.\nPolice: graded medium, closed.",
)
FACTORS = (
    "Push: arguments about the phone. Pull: money and attention from people they have met online.",
    "Push: cancelled contact, boredom at weekends. Pull: friends near the bus station.",
    "Push: noise and changes of staff at the home. Pull: an older group with a car.",
    "Push: worry about school. Pull: a flat where nobody asks questions.",
)
PEOPLE_OF_CONCERN = (
    "{place}. Two older peers, known to the police by nickname only.",
    "{place}; the same grey car was described by three children this month.",
    "{place}. No adult has been named so far.",
    "{place}, usually on Friday evenings, with one other child whom this panel discusses.",
)
STRENGTHS = (
    "Rings the home when it gets late. Good at cooking; turns up for football.",
    "Trusts the youth worker and answers her messages.",
    "Close to a grandparent, who is willing to help on Fridays.",
    "Has kept every clinic appointment this term. Funny, kind to younger children.",
    "Wants to be a mechanic and has asked for a taster day.",
)
PLANS = {
    "prepare": (
        "One page about the child with photo, phone numbers and likely places is with police and the home.",
        "Carers have had the session on exploitation; the social worker talks it through again on the next visit.",
    ),
    "prevent": (
        "Friday activity agreed, lift home included; contact with the sibling is fixed for every second Sunday.",
        "Mentor meets the child after school on the two days on which most episodes began.",
    ),
    "protect": (
        "Call to the police after thirty minutes, not two hours. Return interview by the same person each time.",
        "Key worker on shift at the times that matter; phone charged and with credit.",
    ),
    "pursue": (
        "Police look at the owner of the vehicle and consider a Child Abduction Warning Notice.",
        "Visits to the address with licensing; results come back to this panel.",
    ),
}
DECISIONS = (
    "The safety plan goes on as written; the panel looks again at the next meeting.",
    "A strategy discussion is to be held this week; actions as below.",
    "The plan is working. Nothing more from this panel unless there is another episode.",
    "The plan needs a change at weekends; the social worker brings it to the next meeting.",
    "A named person leads from today, so that the child hears one voice.",
)
RATIONALES = (
    "Episodes are shorter and the child rings, but the places are the same as before.",
    "Three agencies describe the same group, so the panel does not rely on one account.",
    "The child has somebody they trust; a change of worker now would undo that.",
    "Nothing shows that anybody else decides where the child goes.",
)
RISK_RATIONALES = {
    "up": "Longer episodes, an unexplained phone and the same address in two reports.",
    "down": "No episode for five weeks, school every day, and the child speaks openly about the group.",
    "same": "",
}
PROBLEMS = {
    "inter_service_problems": (
        "Two services each thought that the other had offered the return interview. Duty team checks every morning.",
        "The home’s report reached the police after three hours because the form went to an old address.",
        "Nobody told the school, which had marked the child as authorised absent.",
    ),
    "feedback": ("The review officer is told that contact keeps being cancelled at short notice.", ""),
    "intelligence": ("Vehicle and address passed to the missing team; form completed in the meeting.", ""),
}
PLACE_TEXTS = {
    "what_happens": (
        "Children meet here between six and nine in the evening; security staff know some by name.",
        "Three children were found here in the month, each after ten at night, each by a patrol.",
    ),
    "who_is_drawn": (
        "Children from two homes and one foster family. An older group buys food for them.",
        "Mostly girls of fourteen and fifteen, drawn by free wi-fi and warmth.",
    ),
    "disruption": (
        "Police: patrols on Fridays. Licensing: visit to the shop. Youth service: outreach van twice a week.",
        "The owner improves the lighting; staff have the missing team’s number behind the till.",
    ),
}
NOTES = (
    "The actions of last time were gone through. Two are late; both owners gave a new date.",
    "The duty team reported who is missing today; nothing that is not below.",
)
SHORT = ("child_views", "contributions", "strengths", "protect")
"""What a weekly panel minutes of a child; the others minute the whole template."""

DISSENT = "{name} (health) would have kept the risk at high until the summer and asks that this is noted."

ACTIONS = (
    ("Visit the child at the placement and agree a safety plan", "protect"),
    ("Offer the return home interview again, with a person the child chooses", "protect"),
    ("Check the owner of the vehicle and report back", "pursue"),
    ("Ask the provider for a night worker on Fridays", "prevent"),
    ("Agree a plan for contact with the sibling", "prevent"),
    ("Update the exploitation risk assessment", "prepare"),
    ("Send the trigger plan to the control room", "prepare"),
    ("Hold a strategy discussion and send the notes to the chair", "protect"),
    ("Find a mentor for two afternoons a week", "prevent"),
    ("Speak to the school about a timetable the child can keep", "prevent"),
    ("Look into a Child Abduction Warning Notice", "pursue"),
    ("Refer to the substance misuse service, with the child’s agreement", "protect"),
    ("Tell the placing authority what was decided and ask for their plan", "prepare"),
    ("Arrange a health check and transport to it", "protect"),
    ("Visit the address with licensing and trading standards", "pursue"),
)
WHYS = {
    ACTIONS[0][0]: "Two episodes began there on a Friday, and nobody has asked the child why.",
    ACTIONS[2][0]: "The same car was named in three episodes.",
    ACTIONS[3][0]: "Four of the last five episodes began on a Friday night.",
    ACTIONS[5][0]: "The level rests on an assessment from before the last three episodes.",
    ACTIONS[9][0]: "Episodes begin on school days after the second lesson.",
}
"""What some actions are for, by their text."""

PLACE_ACTIONS = (
    ("Put the place on the Friday patrol plan", "pursue"),
    ("Visit the business with licensing and explain what staff can do", "pursue"),
    ("Bring the outreach van there twice a week", "prevent"),
)
UPDATES = {
    "acknowledge": ("Seen, I will do this.", ""),
    "start": ("Rang, no answer; trying again on Thursday.", "Meeting arranged for next week."),
    "complete": ("Done and recorded.", "Done together with the social worker.", ""),
    "find-not-possible": ("The child has moved out of the area; passed to the new team.",),
    "leave-undone": ("Overtaken: the provider gave notice before we could start.",),
}

REVIEWS = {
    "accepted": ("", "On its way; the panel is content.", "Nothing more for now."),
    "chased": (
        "Please say how it stands before the week is out.",
        "The panel needs this before the next meeting.",
    ),
    "re-set": (
        "The school holidays are in between.",
        "Waits for the new placement.",
        "The worker has changed.",
    ),
    "dropped": ("No longer needed: the plan has changed since.", "The provider has closed."),
    "left": ("The agency was not there today.", "No time; first thing at the next meeting."),
}


def said_of_child(
    luck: Random, kind: str, risk_before: str, levels: Sequence[str], *, short: bool, why: str
) -> Said:
    """A discussion with its risk before and after, decision and rationale."""
    calm = short or risk_before not in levels
    way = "same" if calm else choose(luck, (("same", 85), ("down", 11), ("up", 4)))
    risk_after = _moved(risk_before, levels, way)
    texts = {"why_listed": why}
    for section in sections_for(kind, "child"):
        if not short or section.key in SHORT:
            texts.setdefault(section.key, _text(luck, section.key))
    return Said(
        sections={key: text for key, text in texts.items() if text},
        outcome="discussed",
        risk_before=risk_before,
        risk_after=risk_after,
        risk_rationale=RISK_RATIONALES[way] if risk_after != risk_before else "",
        decision=luck.choice(DECISIONS),
        rationale=luck.choice(RATIONALES),
    )


def said_of_case(said: Said, luck: Random, review_on: date, *, may_close: bool) -> Said:
    """The same with a word on the case: kept open until a review, or closed for reduced risk."""
    if may_close and luck.random() < 0.3:
        return replace(
            said,
            risk_after="low" if said.risk_before else "",
            risk_rationale=RISK_RATIONALES["down"] if said.risk_before not in ("", "low") else "",
            decision="The case is closed; the social worker leads from here.",
            case_decision="close",
            closure_reason="reduced-risk",
            closed_despite="What is still open stays with its owners; the social worker follows it.",
        )
    return replace(said, case_decision="keep-open", next_review_on=review_on)


def said_of_place(luck: Random, why: str) -> Said:
    texts = {"why_listed": why} | {key: luck.choice(choices) for key, choices in PLACE_TEXTS.items()}
    return Said(
        sections=texts,
        outcome="discussed",
        decision="Disruption goes on for another month; the panel looks at the counts again.",
        rationale=luck.choice(RATIONALES[1:2]),
    )


def said_of_standing(luck: Random) -> Said:
    return Said(sections={"notes": luck.choice(NOTES)}, outcome="discussed")


def _text(luck: Random, key: str) -> str:
    choices: dict[str, Sequence[str]] = {
        "child_views": CHILD_VIEWS,
        "carer_views": CARER_VIEWS,
        "contributions": CONTRIBUTIONS,
        "factors": FACTORS,
        "strengths": STRENGTHS,
        **PLANS,
        **PROBLEMS,
    }
    if key == "places_and_people":
        return luck.choice(PEOPLE_OF_CONCERN).format(place=luck.choice(FOUND_PLACES))
    if key == "dissent":
        return DISSENT.format(name=luck.choice(STAFF_FIRST_NAMES)) if luck.random() < 0.04 else ""
    return luck.choice(choices[key]) if key in choices else ""


def _moved(level: str, levels: Sequence[str], way: str) -> str:
    if level not in levels:
        return level
    step = {"up": 1, "down": -1, "same": 0}[way]
    return levels[max(0, min(len(levels) - 1, list(levels).index(level) + step))]
