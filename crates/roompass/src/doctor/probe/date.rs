//! A server's `Date` (RFC 9110 §5.6.7).

use room_token::Timestamp;

use crate::clock;

/// How many seconds a server that says this is ahead of this machine; negative if it is behind.
pub(super) fn ahead(text: &str) -> Option<i64> {
    let (theirs, ours) = (parse(text)?, clock::now().ok()?);
    let difference = i128::from(theirs.as_secs()) - i128::from(ours.as_secs());
    i64::try_from(difference).ok()
}

/// `Tue, 24 Nov 2026 17:13:55 GMT`, the only form that servers may send.
fn parse(text: &str) -> Option<Timestamp> {
    let mut words = text.split_once(", ")?.1.split(' ');
    let (day, month) = (words.next()?, words.next()?);
    let (year, time) = (words.next()?, words.next()?);
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let number = months.iter().position(|name| *name == month)? + 1;
    Timestamp::parse_rfc3339(&format!("{year}-{number:02}-{day}T{time}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_form_is_read_and_nothing_else() {
        let read = |text| parse(text).map(Timestamp::as_secs);
        assert_eq!(read("Tue, 24 Nov 2026 17:13:55 GMT"), Some(1_795_540_435));
        assert_eq!(read("Thu, 01 Jan 1970 00:00:01 GMT"), Some(1));
        for text in ["", "now", "Tue, 24 Foo 2026 17:13:55 GMT", "Tue, 24 Nov"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
