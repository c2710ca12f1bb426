"""The decision on a referral's threshold."""
