"""Whether meetings are organised in time: initial meetings, reviews, agendas; how many were held and cancelled."""
