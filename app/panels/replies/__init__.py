"""What those who are asked answer before a meeting, and that they have read the confidentiality statement."""
