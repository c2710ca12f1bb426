"""The officer's words in a draft, saved by a button or by themselves while they are typed."""
