"""What audits, scrutiny committees and inspections recommended: of no meeting, led and tracked like actions."""
