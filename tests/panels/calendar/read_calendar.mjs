// Reads a calendar from standard input with Mozilla's ical.js and prints its events, times in UTC.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const root = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const utc = (time) => time.convertToZone(ICAL.Timezone.utcTimezone).toString();
console.log(JSON.stringify({
  method: root.getFirstPropertyValue("method"),
  events: root.getAllSubcomponents("vevent").map((part) => {
    const event = new ICAL.Event(part, { strictExceptions: true });
    return {
      uid: event.uid, sequence: event.sequence, summary: event.summary, location: event.location,
      description: event.description, status: part.getFirstPropertyValue("status"),
      start: utc(event.startDate), end: utc(event.endDate), wall: event.startDate.toString(),
    };
  }),
}));
