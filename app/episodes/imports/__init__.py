"""Files that people bring: one reader, one runner and one typed value per kind of file.

How a kind is added, in one reading. A room writes a module with one `ImportKind`:

    REFERRALS = ImportKind(
        slug="referrals", label="Referrals", layout="homeward",
        columns=(
            Column("child_ref", text, required=True),      # column there, cells filled
            Column("referred_on", day, required=True),
            Column("seen_at", moment),                     # gives a When(at, date_only)
            Column("threshold", one_of("met", "not-met")), # optional: an empty cell reads as None
        ),
        check=is_possible,      # pure: (row, now) -> (field, sentence) or None
        apply=apply_referrals,  # async: (rows, context) -> Outcome; writes inside the runner's transaction
    )

and hands it in (`handed_in.import_kinds`, wired by the house). The readers of cells (`text`, `day`, `moment`,
`one_of`, `words`, `yes_or_no`, `whole_number`, `email`) live in `rules`.

What `apply` is given and must give back:
- `rows` are the good rows in the file's order. `row["name"]` is the value, or None when the cell is empty or
  the column is not in the file; `"name" in row` says whether the file has the column. `row.at("seen_at")` is
  the instant or None, `row.date_only(...)` names the columns that came without a time.
- A missing **column** leaves a stored value alone (`context.columns` says which the file has); an **empty
  cell** clears it. Importing the same file twice adds nothing: find the stored row by a key that the file holds.
- It returns `Outcome(added, updated, rejected=[row.problem("field", "Sentence.")], warnings=…, child_ids=…)`.
  What is neither added, updated nor rejected counts as unchanged; a rejected row must not have been written.
- `staging.stage` copies tuples into a temporary table, `staging.keep_last` drops rows that a later row of the
  file replaces, `staging.child_ids_of` turns child references into ids. No query per row.

`running.run_import` does the rest for the page and the command alike: reads, checks, takes the lock that lets
one import through at a time, applies, writes the history, and on a dry run undoes everything.
"""
