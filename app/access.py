"""Who may do what: one readable table of predicates over plain values. Pure.

`permits(who, permission)` without a scope asks "could this person ever hold it?" (the guard of a route);
with a scope it decides about one row (the loader of the thing).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

PUBLIC = "public"
"""The explicit mark of a route that needs no sign-in."""


class Permission(StrEnum):
    USE_SERVICE = "service:use"
    MANAGE_PEOPLE = "people:manage"
    MANAGE_AGENCY = "agency:manage"
    MANAGE_MESSAGES = "message:manage"
    SEE_PANEL = "panel:see"
    MANAGE_PANEL = "panel:manage"
    PLAN_MEETING = "meeting:plan"
    SEE_MEETING = "meeting:see"
    PREPARE_AGENDA = "agenda:prepare"
    ISSUE_AGENDA = "agenda:issue"
    RECORD_ATTENDANCE = "attendance:record"
    RESTRICT_ITEM = "item:restrict"
    INVITE_GUEST = "guest:invite"
    SEE_SLOT = "slot:see"
    CONTRIBUTE = "contribution:write"
    SEE_CONTRIBUTIONS = "contribution:see-all"
    REFER_CHILD = "referral:make"
    SEE_REFERRAL = "referral:see"
    DECIDE_REFERRAL = "referral:decide"
    SEE_BRIEFING = "briefing:see"
    RUN_BRIEFING = "briefing:run"
    SEE_CASE = "case:see"
    SEE_OVERLAP = "overlap:see"
    DECIDE_CASE = "case:decide"
    RECORD_CHECKLIST = "checklist:record"
    SEE_PLACE = "place:see"
    MANAGE_PLACE = "place:manage"
    RECORD_PROBLEM = "service-problem:record"
    OPEN_MINUTES = "minutes:open"
    SEE_MINUTES = "minutes:see"
    SEE_DRAFT_MINUTES = "minutes:see-draft"
    TAKE_MINUTES = "minutes:take"
    APPROVE_MINUTES = "minutes:approve"
    CIRCULATE_MINUTES = "minutes:circulate"
    SEE_PROMPTNESS = "promptness:see"
    GRADE_MINUTES = "minutes:grade"
    ISSUE_ACTION = "action:issue"
    SEE_ACTION = "action:see"
    UPDATE_ACTION = "action:update"
    ASSESS_ACTION = "action:assess"
    SEE_TRACKING = "tracking:see"
    SEE_RECOMMENDATION = "recommendation:see"
    UPDATE_RECOMMENDATION = "recommendation:update"
    MANAGE_RECOMMENDATION = "recommendation:manage"
    UPDATE_SEVERAL_ACTIONS = "action:update-several"
    DECIDE_MORE_TIME = "more-time:decide"
    OVERSEE_ACTIONS = "action:oversee"
    SEE_SILENT_AGENCIES = "agency:see-silent"
    SEE_CHILD = "child:see"
    RECORD_CHILD = "child:record"
    MERGE_RECORDS = "records:merge"
    RUN_IMPORT = "import:run"
    SEE_FIGURES = "figures:see"
    SEE_REPORT = "report:see"
    MAKE_REPORT = "report:make"
    SCHEDULE_REPORT = "report:schedule"
    EXPORT_STATUTORY = "statutory-table:export"
    INSPECT_CASES = "cases:inspect"
    SEE_HISTORY = "history:see"


class Role(StrEnum):
    """System roles, held everywhere; an agency lead’s is about the own agency alone, an analyst’s shows no child."""

    ADMINISTRATOR = "administrator"
    SAFEGUARDING_MANAGER = "safeguarding-manager"
    PANEL_OFFICER = "panel-officer"
    AGENCY_LEAD = "agency-lead"
    ANALYST = "analyst"


class SeatRole(StrEnum):
    """Roles of a seat, held on one panel."""

    CHAIR = "chair"
    VICE_CHAIR = "vice-chair"
    MINUTE_TAKER = "minute-taker"
    MEMBER = "member"
    OBSERVER = "observer"


@dataclass(frozen=True)
class SeatHeld:
    panel_id: int
    role: str
    agency_id: int


@dataclass(frozen=True)
class Identity:
    """Who is asking, as plain values. `seats` are handed in by the panels' room."""

    person_id: int
    name: str
    email: str
    agency_id: int
    agency_name: str
    roles: frozenset[str] = frozenset()
    seats: tuple[SeatHeld, ...] = ()

    def seat_panels(self, *roles: str) -> frozenset[int]:
        """The panels on which this person holds one of these seats (any seat when none is named)."""
        return frozenset(seat.panel_id for seat in self.seats if not roles or seat.role in roles)


@dataclass(frozen=True)
class Scope:
    """What a decision is about: the panels a row belongs to, and whose it is.

    A child's `panel_ids` are the panels that list the child on an issued agenda or hold a case.
    `holder_ids`: who holds the post to which a thing was given, and who covers for them.
    """

    panel_ids: frozenset[int] = frozenset()
    owner_id: int | None = None
    agency_id: int | None = None
    holder_ids: frozenset[int] = frozenset()


Predicate = Callable[[Identity, Scope | None], bool]
Clause = tuple[Predicate, ...]


def anyone(who: Identity, scope: Scope | None) -> bool:
    return True


def role(name: Role) -> Predicate:
    def has_role(who: Identity, scope: Scope | None) -> bool:
        return name in who.roles

    return has_role


def seat(*roles: SeatRole) -> Predicate:
    """Holds one of these seats (any, when none is named) on a panel of the scope."""

    def has_seat(who: Identity, scope: Scope | None) -> bool:
        held = who.seat_panels(*roles)
        return bool(held) if scope is None else bool(held & scope.panel_ids)

    return has_seat


def seat_for_the_agency(*roles: SeatRole) -> Predicate:
    """Holds one of these seats on a panel of the scope for its agency, whatever agency the person is at home in."""

    def speaks_for_it(who: Identity, scope: Scope | None) -> bool:
        if scope is None:
            return bool(who.seat_panels(*roles))
        return any(
            held.panel_id in scope.panel_ids and held.agency_id == scope.agency_id and held.role in roles
            for held in who.seats
        )

    return speaks_for_it


def owner(who: Identity, scope: Scope | None) -> bool:
    return scope is None or scope.owner_id == who.person_id


def holder_or_cover(who: Identity, scope: Scope | None) -> bool:
    return scope is None or who.person_id in scope.holder_ids


def names_nobody(who: Identity, scope: Scope | None) -> bool:
    """It was given to an agency, and nobody there is named for it."""
    return scope is None or (scope.owner_id is None and not scope.holder_ids)


def same_agency(who: Identity, scope: Scope | None) -> bool:
    return scope is None or scope.agency_id == who.agency_id


administrator = role(Role.ADMINISTRATOR)
safeguarding_manager = role(Role.SAFEGUARDING_MANAGER)
panel_officer = role(Role.PANEL_OFFICER)
agency_lead = role(Role.AGENCY_LEAD)
analyst = role(Role.ANALYST)
any_seat = seat()
leads = seat(SeatRole.CHAIR, SeatRole.VICE_CHAIR)
minute_taker = seat(SeatRole.MINUTE_TAKER)

LEADING_ON_A_RECOMMENDATION: tuple[Clause, ...] = (
    (owner,),
    (holder_or_cover,),
    (same_agency, agency_lead),
    (panel_officer,),
    (safeguarding_manager,),
)

PERMISSIONS: dict[Permission, tuple[Clause, ...]] = {
    # any clause suffices; within a clause every predicate must hold
    Permission.USE_SERVICE: ((anyone,),),
    Permission.MANAGE_PEOPLE: ((administrator,),),
    # who holds its posts, who covers, who leads whom
    Permission.MANAGE_AGENCY: ((administrator,), (agency_lead, same_agency)),
    # what became of e-mails, never their words; and which lists go to whom and when
    Permission.MANAGE_MESSAGES: ((administrator,),),
    Permission.SEE_PANEL: ((any_seat,), (panel_officer,), (safeguarding_manager,), (administrator,)),
    Permission.MANAGE_PANEL: ((administrator,), (panel_officer,)),
    Permission.PLAN_MEETING: ((leads,), (panel_officer,)),
    Permission.SEE_MEETING: ((any_seat,), (panel_officer,), (safeguarding_manager,)),
    Permission.PREPARE_AGENDA: ((leads,), (panel_officer,)),
    Permission.ISSUE_AGENDA: ((leads,), (panel_officer,)),
    Permission.RECORD_ATTENDANCE: ((leads,), (minute_taker,), (panel_officer,)),
    Permission.RESTRICT_ITEM: ((leads,), (panel_officer,)),
    Permission.INVITE_GUEST: ((leads,), (panel_officer,)),
    # a guest holds no seat: the loader finds the slot by the person
    Permission.SEE_SLOT: ((anyone,),),
    Permission.CONTRIBUTE: ((seat_for_the_agency(SeatRole.CHAIR, SeatRole.VICE_CHAIR, SeatRole.MEMBER),),),
    Permission.SEE_CONTRIBUTIONS: ((any_seat,), (panel_officer,), (safeguarding_manager,)),
    Permission.REFER_CHILD: ((any_seat,), (panel_officer,), (safeguarding_manager,)),
    # whoever made a referral may follow it
    Permission.SEE_REFERRAL: ((owner,), (any_seat,), (panel_officer,), (safeguarding_manager,)),
    Permission.DECIDE_REFERRAL: ((leads,), (panel_officer,)),
    Permission.SEE_BRIEFING: ((leads,), (minute_taker,), (panel_officer,), (safeguarding_manager,)),
    Permission.RUN_BRIEFING: ((leads,), (panel_officer,)),
    Permission.SEE_CASE: ((any_seat,), (panel_officer,), (safeguarding_manager,)),
    # that a child is on another panel too: who leads either of the two
    Permission.SEE_OVERLAP: ((leads,), (panel_officer,), (safeguarding_manager,)),
    Permission.DECIDE_CASE: ((leads,), (minute_taker,), (panel_officer,)),
    Permission.RECORD_CHECKLIST: ((leads,), (minute_taker,), (panel_officer,), (safeguarding_manager,)),
    Permission.SEE_PLACE: ((any_seat,), (panel_officer,), (safeguarding_manager,)),
    Permission.MANAGE_PLACE: ((panel_officer,), (safeguarding_manager,)),
    Permission.RECORD_PROBLEM: ((leads,), (minute_taker,), (panel_officer,)),
    # whoever minutes were sent to and lost the seat since is told so: the loader decides
    Permission.OPEN_MINUTES: ((anyone,),),
    Permission.SEE_MINUTES: ((any_seat,), (panel_officer,), (safeguarding_manager,)),
    Permission.SEE_DRAFT_MINUTES: ((leads,), (minute_taker,), (panel_officer,), (safeguarding_manager,)),
    Permission.TAKE_MINUTES: ((minute_taker,), (panel_officer,)),
    Permission.APPROVE_MINUTES: ((leads,),),
    Permission.CIRCULATE_MINUTES: ((leads,), (minute_taker,), (panel_officer,)),
    Permission.SEE_PROMPTNESS: ((safeguarding_manager,),),
    Permission.GRADE_MINUTES: ((safeguarding_manager,),),
    Permission.ISSUE_ACTION: ((leads,), (minute_taker,), (panel_officer,)),
    Permission.SEE_ACTION: (
        (owner,),
        (holder_or_cover,),
        (same_agency,),
        (any_seat,),
        (panel_officer,),
        (safeguarding_manager,),
    ),
    Permission.UPDATE_ACTION: (
        (owner,),
        (holder_or_cover,),
        (same_agency, names_nobody),
        (same_agency, agency_lead),
        (panel_officer,),
    ),
    Permission.UPDATE_SEVERAL_ACTIONS: ((panel_officer,),),
    Permission.DECIDE_MORE_TIME: ((leads,), (panel_officer,)),
    # by panel, agency, owner and age, all of a panel or of an agency together
    Permission.OVERSEE_ACTIONS: (
        (leads,),
        (agency_lead, same_agency),
        (panel_officer,),
        (safeguarding_manager,),
    ),
    Permission.SEE_SILENT_AGENCIES: ((leads,), (panel_officer,), (safeguarding_manager,)),
    Permission.ASSESS_ACTION: ((leads,), (minute_taker,), (panel_officer,), (safeguarding_manager,)),
    Permission.SEE_TRACKING: ((leads,), (panel_officer,), (safeguarding_manager,)),
    # of no panel: whoever leads on one, and those who look after all of them
    Permission.SEE_RECOMMENDATION: LEADING_ON_A_RECOMMENDATION,
    Permission.UPDATE_RECOMMENDATION: LEADING_ON_A_RECOMMENDATION,
    Permission.MANAGE_RECOMMENDATION: ((panel_officer,), (safeguarding_manager,)),
    Permission.SEE_CHILD: ((any_seat,), (panel_officer,), (safeguarding_manager,)),
    Permission.RECORD_CHILD: ((panel_officer,), (safeguarding_manager,)),
    Permission.MERGE_RECORDS: ((panel_officer,), (safeguarding_manager,)),
    Permission.RUN_IMPORT: ((administrator,), (panel_officer,)),
    # numbers alone: whoever may see a child sees it among the rows behind them
    Permission.SEE_FIGURES: ((safeguarding_manager,), (panel_officer,), (analyst,), (leads,)),
    # tables that name children by reference, for returns by law
    Permission.EXPORT_STATUTORY: ((safeguarding_manager,), (panel_officer,)),
    # whole cases of many children at once, for an inspection
    Permission.INSPECT_CASES: ((safeguarding_manager,),),
    # of reports for a committee, fixed ones: the loader decides
    Permission.SEE_REPORT: ((safeguarding_manager,), (panel_officer,), (analyst,)),
    Permission.MAKE_REPORT: ((safeguarding_manager,), (panel_officer,)),
    # when one is made and who is told, which needs no reading of it
    Permission.SCHEDULE_REPORT: ((administrator,), (panel_officer,)),
    Permission.SEE_HISTORY: ((safeguarding_manager,), (administrator,)),
}


def permits(who: Identity, permission: Permission, scope: Scope | None = None) -> bool:
    """Whether this person holds the permission for this scope (or, without one, could ever hold it)."""
    return any(all(holds(who, scope) for holds in clause) for clause in PERMISSIONS[permission])
