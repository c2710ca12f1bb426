"""Messages that a mail server took and sent back later, as its delivery status notifications tell."""
