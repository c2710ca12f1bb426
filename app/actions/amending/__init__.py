"""Mending an action that was issued with a mistake, or withdrawing it, before anybody took it up."""
