"""The agenda pack of a meeting: everything a reader may see of its items, to take along as PDF or Word."""
