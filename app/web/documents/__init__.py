"""Documents to take along, as PDF and Word: one shape, two renderers. What stands in them is the rooms' business."""
