"""The front door: children, missing episodes, interviews, risk assessments, imports."""
