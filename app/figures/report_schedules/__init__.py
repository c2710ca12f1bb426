"""Reports made by schedule: a draft for the period that has ended, and a link to whoever should look at it."""
