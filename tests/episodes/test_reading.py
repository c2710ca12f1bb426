"""Files as they come: encodings, separators, headers, limits; and each unusable one with a sentence."""

import csv
import io

import pytest

from app.episodes.imports.catalogue import LAYOUTS, OWN_KINDS, SLUGS, import_kind
from app.episodes.imports.kinds import Problem, Unusable
from app.episodes.imports.reading import read_rows, read_sheet, rejected_rows, warnings_file
from tests.episodes.files import NOW, csv_file

CHILDREN = import_kind("children")
EPISODES = import_kind("episodes")


def read(content: bytes, kind=CHILDREN):
    return read_rows(read_sheet(content, kind), kind, NOW)


def test_every_kind_has_a_known_name_and_layout():
    assert {kind.slug for kind in OWN_KINDS} <= set(SLUGS)
    assert {kind.layout for kind in OWN_KINDS} == set(LAYOUTS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends_are_all_read(encoding, mark, end):
    text = end.join([f"child_ref{mark}child_name", f"C1{mark}Zoë", f"C2{mark}“É”", ""])
    found = read(text.encode(encoding))
    assert [(row["child_ref"], row["child_name"]) for row in found.rows] == [("C1", "Zoë"), ("C2", "É")]


def test_header_names_come_in_any_case_and_order_and_with_spaces():
    found = read(csv_file("Child Name,DOB,CHILD-REF", "Ann,01/02/2012,C1"))
    assert found.rows[0]["child_ref"] == "C1"
    assert found.columns == {"child_name", "dob", "child_ref"}


def test_an_empty_cell_is_told_apart_from_a_missing_column():
    row = read(csv_file("child_ref,team", "C1,")).rows[0]
    assert (row["team"], row["school"]) == (None, None)
    assert ("team" in row, "school" in row) == (True, False)


def test_a_column_that_is_not_known_is_left_out_with_a_warning():
    found = read(csv_file("child_ref,shoe_size", "C1,4"))
    assert [(w.row, w.field) for w in found.warnings] == [(1, "shoe_size")]
    assert "shoe_size" not in found.rows[0]


def test_blank_rows_are_skipped_and_still_count_for_the_row_numbers():
    found = read(csv_file("child_ref,dob", "C1,", "", ",,", "C2,", "C3,31/02/2012"))
    assert [row.number for row in found.rows] == [2, 5]
    assert [(p.row, p.field, p.value) for p in found.rejected] == [(6, "dob", "31/02/2012")]


def test_several_problems_of_a_row_are_told_in_one_entry():
    found = read(csv_file("child_ref,dob,legal_status", ",31/02/2012,maybe"))
    assert len(found.rejected) == 1
    assert "child_ref is empty" in found.rejected[0].problem
    assert "Also dob" in found.rejected[0].problem
    assert "Also legal_status" in found.rejected[0].problem


def test_a_separator_inside_a_text_without_quotation_marks_is_noticed():
    found = read(csv_file("child_ref,team", "C1,North, first floor"))
    assert "3 cells but the header has 2" in found.rejected[0].problem


def test_excels_hint_of_the_separator_is_understood():
    assert [row["child_ref"] for row in read(b"sep=;\nchild_ref;team\nC1;North\n").rows] == ["C1"]


def test_texts_may_hold_line_breaks_and_separators_in_quotation_marks():
    found = read(b'child_ref,team\n"C1","North,\nfirst floor"\nC2,South\n')
    assert [row["team"] for row in found.rows] == ["North,\nfirst floor", "South"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n\n ,, \n", "empty"),
        (b"PK\x03\x04rest", "spreadsheet or a zip"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel"),
        (b"\xff\xfec\x00h\x00", "UTF-16"),
        (b"child_ref\nC\x001\n", "not a text file"),
        (b"child_ref\nC\x8d\n", "neither UTF-8 nor Windows-1252"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"child_name,dob\nAnn,\n", "lacks the column child_ref"),
        (b"child_ref,child_ref\nC1,C1\n", "twice"),
        (b'child_ref,team\nC1,"North\nC2,South\n', "never closed"),
        (b"a" * 200_000, "never closed"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(Unusable, match=sentence):
        read(content)


def test_a_statutory_table_in_the_wrong_layout_is_recognised():
    with pytest.raises(Unusable, match="looks like an SSDA903 table"):
        read(csv_file("CHILD,DOB,MISSING,MIS_START,MIS_END", "1,01/01/2010,M,01/05/2025,"), EPISODES)


def test_two_hundred_thousand_rows_are_read_and_one_more_is_refused():
    rows = "C1\n" * 200_000
    assert len(read_sheet(f"child_ref\n{rows}".encode(), CHILDREN).rows) == 200_000
    with pytest.raises(Unusable, match="more than 200,000 rows"):
        read_sheet(f"child_ref\n{rows}C2\n".encode(), CHILDREN)


def test_a_file_over_twenty_megabytes_is_refused():
    with pytest.raises(Unusable, match="larger than 20 MB"):
        read_sheet(b"child_ref\n" + b"C1\n" * 7_000_000, CHILDREN)


def test_a_file_with_a_header_alone_is_usable_and_says_so():
    found = read(b"child_ref\n")
    assert (found.rows, found.warnings[0].row) == ([], 1)


def test_rejected_rows_are_given_back_escaped_with_their_problem_and_can_be_brought_again():
    content = csv_file("child_ref,child_name,dob", "=C1,+Ann,31/02/2012", "C2,Ben,", "C3,-Cleo,never")
    sheet = read_sheet(content, CHILDREN)
    found = read_rows(sheet, CHILDREN, NOW)
    given_back = rejected_rows(sheet, found.rejected)
    rows = list(csv.reader(io.StringIO(given_back.decode("utf-8-sig"))))
    assert rows[0] == ["child_ref", "child_name", "dob", "row", "problem"]
    assert [row[:2] for row in rows[1:]] == [["'=C1", "'+Ann"], ["C3", "'-Cleo"]]
    assert "does not exist" in rows[1][4]
    mended = given_back.replace(b"31/02/2012", b"01/02/2012").replace(b"never", b"")
    again = read(mended)
    assert [(row["child_ref"], row["child_name"]) for row in again.rows] == [("=C1", "+Ann"), ("C3", "-Cleo")]


def test_warnings_are_given_back_escaped_too():
    written = warnings_file([Problem(3, "team", "=1+1", "Look at this.")]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(written)))[1] == ["3", "team", "'=1+1", "Look at this."]
