"""The section of the oversight report: children by name, for those alone who see every child."""

from app.figures.oversight.queries import repeat_children
from app.figures.oversight.rules import tables_of, words_of
from app.figures.sections import Built, Section, Sought


async def management_oversight(sought: Sought) -> Built:
    """Every child who was missing so often in the window, with and without management oversight on file."""
    question = sought.question
    children = await repeat_children(question)
    return Built(
        words=words_of(children, question.repeats, question.as_at_on),
        tables=tables_of(children, question.as_at_on),
        children=frozenset(one.child.id for one in children),
    )


OVERSIGHT = Section(
    "management-oversight",
    "Children who are repeatedly missing",
    management_oversight,
    narrative="What was found on the files, and who puts right what is missing by when",
    names_children=True,
)
