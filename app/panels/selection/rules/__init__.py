"""What is true of a selection: proposals, windows, scales, scores and words. Pure: reading is `queries`' business."""

from app.panels.selection.rules.proposals import NearMiss, Proposal, ProposedItem, ProposedPlace, Window

__all__ = ["NearMiss", "Proposal", "ProposedItem", "ProposedPlace", "Window"]
