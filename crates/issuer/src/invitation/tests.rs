use room_token::{
    Affiliation, Deployment, Grant, Lifetime, Person, RoomName, SigningKey, Validity,
};

use super::*;
use crate::{Office, SeriesWords};

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-03-03T12:00:00Z").unwrap()
}

fn office() -> Office {
    Office::new(
        SigningKey::from_seed(&[7; 32]).into(),
        Deployment::default(),
        Some(BaseUrl::parse("https://meet.example.org").unwrap()),
    )
}

fn issued(office: &Office, validity: Validity) -> IssuedLink {
    let room = RoomName::parse("Standup").unwrap();
    let grant = Grant::new(room, Person::anonymous(Affiliation::Member));
    office
        .issue(grant, validity, TokenId::from_bytes([1; 8]))
        .unwrap()
}

fn once(hours: u64) -> IssuedLink {
    let lifetime = Lifetime::from_hours(hours).unwrap();
    issued(&office(), Validity::lasting(now(), lifetime).unwrap())
}

fn unfolded(calendar: &str) -> String {
    calendar.replace("\r\n ", "").replace("\r\n", "\n")
}

#[test]
fn a_meeting_becomes_one_entry() {
    let issued = once(2);
    let base_url = office().base_url().unwrap().clone();
    let invitation = Invitation::new(&base_url, &issued, None, " Daily; short, \"quick\" ");
    let edition = Edition::first(&invitation, now());
    let text = unfolded(&invitation.calendar(Method::Publish, &edition).unwrap());
    let link = issued.link.as_str();
    let start = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Roompass//Roompass//EN\nMETHOD:PUBLISH\nBEGIN:VEVENT\n\
        UID:AQEBAQEBAQE@meet.example.org\nSEQUENCE:0\nDTSTAMP:20260303T120000Z\nSTATUS:CONFIRMED\n\
        DTSTART:20260303T120000Z\nDTEND:20260303T140000Z\n\
        SUMMARY:Daily\\; short\\, \"quick\"\nDESCRIPTION:Daily\\; short\\, \"quick\"\\n\\n";
    assert!(text.starts_with(start), "{text}");
    let end = format!(
        "LOCATION:{link}\nURL:{link}\nBEGIN:VALARM\nACTION:DISPLAY\n\
         DESCRIPTION:The meeting begins in ten minutes\nTRIGGER:-PT10M\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"
    );
    assert!(text.ends_with(&end), "{text}");
}

#[test]
fn a_later_edition_takes_the_meeting_out() {
    let issued = once(2);
    let base_url = office().base_url().unwrap().clone();
    let invitation = Invitation::new(&base_url, &issued, None, "");
    let edition = Edition {
        sequence: 1,
        ..Edition::first(&invitation, now())
    };
    let text = unfolded(&invitation.calendar(Method::Cancel, &edition).unwrap());
    for line in [
        "METHOD:CANCEL",
        "UID:AQEBAQEBAQE@meet.example.org",
        "SEQUENCE:1",
        "STATUS:CANCELLED",
        "SUMMARY:standup",
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}\n{text}");
    }
    assert!(!text.contains("VALARM"));
}

#[test]
fn a_series_keeps_its_hour_when_the_clocks_change() {
    let words = SeriesWords {
        zone: "Europe/Berlin".to_owned(),
        weekdays: vec!["thu".to_owned(), "tue".to_owned()],
        at: "15:00".to_owned(),
        lasts: 3600,
        until: "2026-04-09".to_owned(),
        ..SeriesWords::default()
    };
    let series = Series::parse(&words).unwrap();
    let plan = series.plan(now()).unwrap();
    let (issued, base_url) = (
        issued(&office(), plan.validity()),
        office().base_url().unwrap().clone(),
    );
    let series = (series, plan);
    let invitation = Invitation::new(&base_url, &issued, Some(&series), "Sync");
    let edition = Edition::first(&invitation, now());
    let text = unfolded(&invitation.calendar(Method::Publish, &edition).unwrap());
    for lines in [
        "BEGIN:DAYLIGHT\nDTSTART:20260329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\n",
        "DTSTART;TZID=Europe/Berlin:20260303T150000\nDURATION:PT3600S\n",
        "RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO;BYDAY=TU,TH;COUNT=12\n",
    ] {
        assert!(text.contains(lines), "{lines}\n{text}");
    }
    let mail = invitation.text();
    assert!(
        mail.contains(
            "The first of 12 meetings is on Tuesday, 3 March 2026, 15:00 (Europe/Berlin)."
        ),
        "{mail}"
    );
}

#[test]
fn a_standing_link_is_no_meeting() {
    let (issued, base_url) = (once(48), office().base_url().unwrap().clone());
    let invitation = Invitation::new(&base_url, &issued, None, "");
    let edition = Edition::first(&invitation, now());
    assert_eq!(invitation.calendar(Method::Publish, &edition), None);
    assert!(invitation.text().contains(issued.link.as_str()));
}

/// By a reader that others wrote, from the pixels of the image.
#[test]
fn a_camera_reads_the_link_off_the_code() {
    let issued = once(2);
    let code = QrCode::of(issued.link.as_str()).unwrap();
    let image = code.to_png(4).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(image))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let grids = image.detect_grids();
    let (_, read) = grids[0].decode().unwrap();
    assert_eq!(read, issued.link.as_str());
    assert!(code.to_svg().starts_with("<svg"));
    assert!(!format!("{code:?}").contains("jwt"));
}

#[test]
fn a_code_has_an_end() {
    let text = "x".repeat(3000);
    let error = QrCode::of(&text).unwrap_err();
    assert_eq!(error, QrError::TooLong { bytes: 3000 });
}
