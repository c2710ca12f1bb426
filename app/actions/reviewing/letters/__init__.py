"""The e-mails by which owners hear what a panel says of their actions."""
