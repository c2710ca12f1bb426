"""How owners hear of actions: one mail for each of them and item, held back a little while an item is discussed."""
