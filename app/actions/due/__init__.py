"""By when: a due date typed as a date or in words, and what there is to say of it."""
