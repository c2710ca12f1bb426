"""Meetings in people's calendars: invitations by e-mail, a private feed, a single meeting to download."""
