"""How promptly minutes came: six stamps of each meeting against its panel's standards."""
