"""The link to a list of missing children, sent to roles and people on chosen working days."""
