"""Meetings of a panel, from planned to held or cancelled."""
