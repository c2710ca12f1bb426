"""The minutes as one text: what is fixed at approval and shown ever after."""
