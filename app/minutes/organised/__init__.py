"""Whether meetings are organised in time: initial meetings after acceptance, reviews by their date, agendas before."""
