"""The files of panels: case trackers and meeting logs. Their typed kinds; the reading is the front door's."""

from app.panels.imports.cases import CASES
from app.panels.imports.meetings import MEETINGS

IMPORT_KINDS = [CASES, MEETINGS]
