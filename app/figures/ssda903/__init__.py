"""The statutory table of missing episodes of children looked after (SSDA903), checked before it is sent."""
