"""The files of panels: referrals, case trackers and meeting logs, as typed kinds. The front door reads them."""

from app.panels.imports.cases import CASES
from app.panels.imports.meetings import MEETINGS
from app.panels.imports.referrals import REFERRALS

IMPORT_KINDS = [REFERRALS, CASES, MEETINGS]
