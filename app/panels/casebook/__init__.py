"""How referrals become cases: opened, joined or recalled, whether a tracker tells of them or a briefing decides."""
