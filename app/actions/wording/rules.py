"""Prompts for wording that leaves an owner guessing: one line each, polite, never in anybody's way. Pure."""

import re
from dataclasses import dataclass

MOST_PROMPTS = 3
FEWEST_WORDS = 3

VAGUE = (
    (r"ensur(?:e|es|ing)|make sure", "ensure", "who does what, so that it is"),
    (r"monitor(?:s|ing)?|keep an eye on", "monitor", "what is looked at, how often, and what happens then"),
    (r"liais(?:e|es|ing)", "liaise", "with whom, about what, and what should come of it"),
    (r"consider(?:s|ing)?|think about", "consider", "who decides, on what, and how the panel hears of it"),
    (
        r"(?:to|will|should|must) support|"
        r"support(?:s|ing)? (?:the|this|her|his|him|their|them|mother|father|carers?|family)",
        "support",
        "what is done or given, and how often",
    ),
    (
        r"explor(?:e|es|ing)|look(?:s|ing)? (?:in)?to|look at",
        "look into",
        "what is to be found out, and from whom",
    ),
    (r"continu(?:e|es|ing) (?:to|with)|keep on", "continue", "what is done next, and when it is done"),
    (r"address(?:es|ing)? (?:the|these|this|any|all|concerns?|issues?)", "address", "the step to take first"),
    (r"facilitat(?:e|es|ing)", "facilitate", "what is arranged, and with whom"),
    (r"engag(?:e|es|ing)", "engage", "the next contact: who sees whom, where and when"),
    (r"work(?:s|ing)? with", "work with", "what is done at the next contact"),
    (
        r"tr(?:y|ies|ying) to|attempt(?:s|ing)? to",
        "try to",
        "what is done, and how often before the panel is told",
    ),
    (r"be aware|note that", "be aware", "what somebody does with what they know"),
)
"""What is vague, the word for it, and what to say instead."""

LOOSE = (
    (
        r"as (?:appropriate|necessary|needed|required)|if (?:appropriate|necessary|needed|required)",
        "when that is the case, or leave it out",
    ),
    (r"(?:if|where|when|wherever) possible", "what would stand in the way, or leave it out"),
    (
        r"as soon as possible|asap|soon|in due course|shortly|at the earliest",
        "the date instead: it is due on one",
    ),
    (r"on-?going|regular(?:ly)?|from time to time", "how often, and until when"),
    (
        r"all (?:agencies|professionals|partners)|everyone|everybody|the network",
        "who does it, since what is everybody’s is nobody’s",
    ),
)

VERBS = frozenset(
    re.findall(
        r"\S+",
        """
    accompany add advise agree allocate amend announce apply appoint approve arrange ask assess assign attend
    bring build cancel circulate clarify close collate collect compile complete confirm convene create decide
    deliver describe develop disclose discuss disrupt enquire enter escalate establish evaluate examine explain
    extend extract fill find finish follow forward gather get give identify inform inspect instruct interview
    introduce investigate invite join keep let make meet notify obtain open organise organize pay prepare
    produce propose protect provide publish put raise read receive recheck recommend recruit refer register
    remind remove renew repeat replace reply resend reserve resolve respond revisit risk-assess secure see seek
    send serve set sign speak submit suggest summarise summarize take teach tell think trace upload verify warn
    write
    """,
    )
)
"""What somebody can be seen to do."""

NOUNS_TOO = frozenset(
    re.findall(
        r"\S+",
        """
    answer book brief call change chase check contact copy design draft e-mail email feed file flag hand help
    hold issue lead limit link list look map measure move name offer order pass phone place plan present print
    record report request research return review ring schedule share show start stop supply talk task test track
    train transfer transport update use view visit walk
    """,
    )
)
"""The same, but also names of things: a verb only where a verb stands, as in “Report …” and “police to report …”."""


LEADS_TO_A_VERB = frozenset({"to", "will", "must", "should", "shall", "can", "and", "then", "please"})
FOLLOWS_A_VERB = frozenset(
    {"the", "a", "an", "all", "any", "this", "her", "his", "their", "it", "whether", "what"}
)


@dataclass(frozen=True)
class Prompt:
    """One line beside a field of the form, and what it is about."""

    field: str
    sentence: str


def prompts_for(text: str, *, why: str = "", dated: bool = True, owned: bool = True) -> list[Prompt]:
    """What would make this action clearer, the most telling first; nothing while nothing is written.

    `dated`, `owned`: whether a due date and an owner are chosen.
    """
    plain = re.sub(r"\s+", " ", text).strip()
    if not plain:
        return []
    found = [*_vague(plain), *_without_a_verb(plain), *_loose(plain), *_several(text), *_short(plain)]
    if not dated:
        found.append(Prompt("due_on", "Say by when: a date, or words such as “3 working days”."))
    if not owned:
        found.append(Prompt("owner", "Say who does it: a person, a post or an agency."))
    if not found and not why.strip():
        found.append(Prompt("why", "Say what it is for, so that its owner can tell when it is achieved."))
    return found[:MOST_PROMPTS]


def _vague(plain: str) -> list[Prompt]:
    hits = [
        (hit.start(), f"“{word.capitalize()}” can mean many things: say {instead}.")
        for pattern, word, instead in VAGUE
        if (hit := _find(pattern, plain))
    ]
    return [Prompt("text", sentence) for _, sentence in sorted(hits)[:2]]


def _loose(plain: str) -> list[Prompt]:
    hits = [
        (hit.start(), f"“{hit.group().capitalize()}” leaves it open: say {instead}.")
        for pattern, instead in LOOSE
        if (hit := _find(pattern, plain))
    ]
    return [Prompt("text", sentence) for _, sentence in sorted(hits)[:1]]


def _without_a_verb(plain: str) -> list[Prompt]:
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", plain.lower())
    around = ["to", *words, ""]
    if any(
        _is_verb(word, around[at] in LEADS_TO_A_VERB or around[at + 2] in FOLLOWS_A_VERB)
        for at, word in enumerate(words)
    ) or any(_find(pattern, plain) for pattern, _, _ in VAGUE):
        return []
    return [Prompt("text", "Begin with what somebody does, such as “Visit”, “Ask” or “Send”.")]


def _is_verb(word: str, placed: bool) -> bool:
    """In any of its forms: arranges, arranged, referring. `placed`: it stands where verbs do, as after “to”."""
    stems = {
        word,
        word.removesuffix("s"),
        word.removesuffix("es"),
        word.removesuffix("d"),
        word.removesuffix("ed"),
    }
    stems |= {
        word.removesuffix("ing"),
        f"{word.removesuffix('ing')}e",
        re.sub(r"(.)\1(?:ed|ing)$", r"\1", word),
    }
    return bool(stems & VERBS) or (placed and bool(stems & NOUNS_TOO))


def _several(text: str) -> list[Prompt]:
    points = re.findall(r"^\s*(?:[-*•]|\d+[.)])\s+\S", text, re.MULTILINE)
    if len(points) < 2:
        return []
    return [Prompt("text", "This looks like several actions: issue each with its own owner and date.")]


def _short(plain: str) -> list[Prompt]:
    if len(plain.split()) >= FEWEST_WORDS:
        return []
    return [Prompt("text", "Say a little more: what, with or to whom, and what should come of it.")]


def _find(pattern: str, plain: str) -> re.Match[str] | None:
    return re.search(rf"\b(?:{pattern})\b", plain, re.IGNORECASE)
