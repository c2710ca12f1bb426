"""What a manager has to see to today: what is late, where and whose. Rows of every room; it owns none."""
