"""What records have in common is kept beside them: possible matches hold to the rule after every change."""

from contextlib import asynccontextmanager
from datetime import date
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import database
from app.episodes.merging.queries import possible_matches
from app.episodes.merging.rules import reasons_alike
from tests import builders

# Few words and days, so that much agrees by chance.
CHILDREN = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["Nia", "nia", "N", "Sample", "O’Sample", "Made-Up", "J."]), max_size=3).map(
            " ".join
        ),
        st.sampled_from([None, date(2011, 2, 3), date(1999, 2, 4)]),
        st.lists(st.sampled_from(["P-7", " p-7", "R-0", "r-3", ""]), max_size=2),
    ),
    min_size=4,
    max_size=8,
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=CHILDREN, then=CHILDREN, gone=st.integers(0, 3))
async def test_possible_matches_are_the_pairs_that_the_rule_finds_among_all_as_they_are_now(
    db, first, then, gone
):
    async with rolled_back():
        ids = [
            await builders.a_child(child_ref=f"R-{n}", name=name, born_on=born, other_refs=refs)
            for n, (name, born, refs) in enumerate(first)
        ]
        stands = dict(zip(ids, first, strict=True))
        # all but the first are corrected together, and one is merged into another
        for child, said in zip(ids[1:], then, strict=False):
            stands[child] = said
            await database.execute(
                "UPDATE child SET name = $2, born_on = $3, other_refs = $4 WHERE id = $1", child, *said
            )
        await database.execute("UPDATE child SET merged_into = $2 WHERE id = $1", ids[gone], ids[gone - 1])
        del stands[ids[gone]]
        found = {(pair.one_id, pair.other_id): pair.reasons for pair in await possible_matches()}
    assert found == {
        (one, other): tuple(reasons)
        for one, other in combinations(sorted(stands), 2)
        if (reasons := _reasons(ids, stands, one, other))
    }


def _reasons(ids, stands, one, other):
    bears = {child: {ref.strip().lower() for ref in stands[child][2]} - {""} for child in stands}
    shared = {ref for ref in bears[one] & bears[other] if sum(ref in refs for refs in bears.values()) <= 5}
    shared |= {"own"} & {"own" for a, b in ((one, other), (other, one)) if f"r-{ids.index(a)}" in bears[b]}
    return reasons_alike(stands[one][1], stands[other][1], stands[one][0], stands[other][0], shared)


@asynccontextmanager
async def rolled_back():
    class Done(Exception):
        pass

    try:
        async with database.transaction():
            yield
            raise Done
    except Done:
        pass
