"""Reads a calendar file as other programs do: every meeting in it as [start, end], seconds since 1970."""

import json
import sys

from dateutil.rrule import rrulestr
from icalendar import Calendar

calendar = Calendar.from_ical(sys.stdin.buffer.read())
zones = {str(zone["TZID"]): zone.to_tz() for zone in calendar.walk("VTIMEZONE")}
(event,) = calendar.walk("VEVENT")
(alarm,) = event.walk("VALARM")


def moment(naive, zone):
    aware = zone.localize(naive) if hasattr(zone, "localize") else naive.replace(tzinfo=zone)
    return int(aware.timestamp())


begins = event["DTSTART"]
if "RRULE" in event:
    # By the zone that the file itself describes, not by this machine's.
    zone = zones[begins.params["TZID"]]
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=begins.dt.replace(tzinfo=None))
    starts = [moment(start, zone) for start in rule]
    length = int(event["DURATION"].dt.total_seconds())
else:
    starts = [int(begins.dt.timestamp())]
    length = int(event["DTEND"].dt.timestamp()) - starts[0]

json.dump(
    {
        "title": str(event["SUMMARY"]),
        "link": str(event["URL"]),
        "description": str(event["DESCRIPTION"]),
        "alarm": int(alarm["TRIGGER"].dt.total_seconds()),
        "meetings": [[start, start + length] for start in starts],
    },
    sys.stdout,
)
