"""Children whose episodes call for a meeting of their own, and convening it."""
