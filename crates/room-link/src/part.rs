//! One part of a query or a fragment, which look alike: `name=value&name=value`.

use percent_encoding::percent_decode_str;

/// The decoded value of that name; where it stands twice, the last counts, as for Jitsi's client.
///
/// ```
/// # use room_link::part;
/// assert_eq!(part("lang=de&jwt=a%2Eb&jwt=c", "jwt").as_deref(), Some("c"));
/// assert_eq!(part("notjwt=a", "jwt"), None);
/// ```
pub fn part(text: &str, name: &str) -> Option<String> {
    let mut from_end = text.rsplit('&').filter_map(|part| part.split_once('='));
    let (_, value) = from_end.find(|(key, _)| *key == name)?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}
