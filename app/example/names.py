"""Invented names, references and places; anybody who bears one of them does so by chance. No logic."""

FIRST_NAMES = (
    "Juniper", "Marlow", "Tansy", "Quill", "Bramble", "Fenn", "Saffi", "Orlo", "Wren", "Pascoe", "Lumi", "Teasel",
    "Indigo", "Rook", "Clover", "Jory", "Mirrin", "Alder", "Sorrel", "Zephy", "Oriel", "Thane", "Pepper", "Kestrel",
    "Nova", "Bryn", "Cosmo", "Damson", "Elowen", "Flint", "Garnet", "Hollis", "Ione", "Jasper", "Kit", "Linnet",
)  # fmt: skip

SURNAMES = (
    "Testwood", "Samplesby", "Exemplar", "Mocksworth", "Placeholder", "Fictley", "Dummerton", "Specimen", "Pretendham",
    "Madeupson", "Trialby", "Draftwell", "Notreal", "Inventley", "Fablecote", "Storyfield", "Exampleton", "Modelby",
    "Figmentson", "Imagineham", "Rehearsal", "Demoford", "Sketchwright", "Tryoutson",
)  # fmt: skip

STAFF_FIRST_NAMES = (
    "Avery", "Blythe", "Corin", "Dell", "Ember", "Fable", "Greer", "Hart", "Isolde", "Jarrah", "Keir", "Lark", "Merrit",
    "Niven", "Onyx", "Piper", "Quince", "Reed", "Sage", "Tully",
)  # fmt: skip

STAFF_SURNAMES = (
    "Caseworthy", "Notewell", "Helpsby", "Workham", "Guidely", "Fairhand", "Steadman-Sample", "Keepwell", "Listenby",
    "Plainley",
)  # fmt: skip

TEAMS = (
    "Safeguarding East", "Safeguarding West", "Children in care 1", "Children in care 2", "Leaving care",
    "Family help",
)  # fmt: skip

SCHOOLS = (
    "Sampleford Academy", "Mockton High", "Testwood Community School", "Placeholder College",
    "Exemplar Pupil Referral Unit", "Not in school at present",
)  # fmt: skip

STREETS = (
    "Mock Crescent", "Testwood Lane", "Sample Row", "Pretend Street", "Dummer Close", "Fable Gardens", "Story Hill",
    "Model Avenue", "Figment Road", "Draft Mews",
)  # fmt: skip

CHILDRENS_HOMES = (
    "Exemplar House",
    "Sample Lodge",
    "Placeholder Court",
    "The Mockery Farmhouse",
    "Fable View",
)
SHARED_HOMES = ("Trialby Place (semi-independent)", "Demo Heights (semi-independent)")

FOUND_PLACES = (
    "Sampleford bus station", "Mockton shopping centre", "Pretend Quay", "Samplesby railway station",
    "Testwood retail park", "Exemplar Park bandstand", "Dummer estate, the garages", "Fable Street arcade",
    "A friend’s flat, Model Tower", "Invented Services on the bypass", "Placeholder skate park",
)  # fmt: skip

OTHER_SPELLINGS = {
    "Sampleford bus station": ("Sampleford bus stn", "Sampleford bus interchange", "the bus station"),
    "Mockton shopping centre": ("Mockton Centre", "Mockton shops"),
    "Pretend Quay": ("The Quay", "the quayside"),
    "Samplesby railway station": ("Samplesby station", "Samplesby train stn"),
}
"""What some people call these places; the last of each is known under no place yet."""

OTHER_AUTHORITIES = ("Neighbourshire", "Elsewhere Borough", "Farfield County Council")
OTHER_AREAS = ("Neighbourshire", "Farfield", "Overthere-on-Sea")

TOOLS = ("Exploitation risk tool", "Missing risk review")
INTERVIEWERS = ("Isolde Listenby", "Reed Listenby", "Merrit Fairhand", "Piper Fairhand")
