"""How an action is worded: prompts where an owner could not tell what to do, never a refusal."""
