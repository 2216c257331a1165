//! What the guest says, as XML. Every value is escaped here.

use std::borrow::Cow;

/// The element that opens a stream over a WebSocket (RFC 7395 §3.3).
pub(crate) fn open(domain: &str) -> String {
    let to = escaped(domain);
    format!("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='{to}' version='1.0'/>")
}

/// The element that closes it (RFC 7395 §3.6).
pub(crate) const CLOSE: &str = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>";

/// Anonymous login (RFC 4505).
pub(crate) const LOG_IN: &str =
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>";

/// Asks for a resource (RFC 6120 §7).
pub(crate) const BIND: &str = "<iq xmlns='jabber:client' type='set' id='bind'>\
    <bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";

/// Asks Jicofo for the conference, as `_createConferenceIq` of lib-jitsi-meet does.
pub(crate) fn conference(focus: &str, room: &str, machine: &str, token: &str) -> String {
    let token = match token {
        "" => String::new(),
        token => format!(" token='{}'", escaped(token)),
    };
    format!(
        "<iq xmlns='jabber:client' type='set' id='conference' to='{}'>\
         <conference xmlns='http://jitsi.org/protocol/focus' room='{}' machine-uid='{}'{token}/></iq>",
        escaped(focus),
        escaped(room),
        escaped(machine),
    )
}

/// Enters a room (XEP-0045 §7.2).
pub(crate) fn join(occupant: &str) -> String {
    let to = escaped(occupant);
    format!(
        "<presence xmlns='jabber:client' to='{to}'><x xmlns='http://jabber.org/protocol/muc'>\
         <history maxstanzas='0'/></x></presence>"
    )
}

/// Leaves it (XEP-0045 §7.14).
pub(crate) fn leave(occupant: &str) -> String {
    let to = escaped(occupant);
    format!("<presence xmlns='jabber:client' type='unavailable' to='{to}'/>")
}

/// A question that everybody answers, be it with an error (XEP-0030 §3).
pub(crate) fn question(to: &str) -> String {
    ask(to, "http://jabber.org/protocol/disco#info")
}

/// The same in another namespace of disco.
pub(crate) fn ask(to: &str, namespace: &str) -> String {
    let (to, namespace) = (escaped(to), escaped(namespace));
    format!(
        "<iq xmlns='jabber:client' type='get' id='question' to='{to}'>\
         <query xmlns='{namespace}'/></iq>"
    )
}

fn escaped(value: &str) -> Cow<'_, str> {
    match minidom::element::escape(value.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(value),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use minidom::Element;

    use super::*;

    #[test]
    fn everything_said_is_xml_whatever_is_in_it() {
        let hostile = "a'b\"c<d>&e";
        for (text, attribute) in [
            (open(hostile), "to"),
            (conference(hostile, "r", "m", "t"), "to"),
            (join(hostile), "to"),
            (leave(hostile), "to"),
            (question(hostile), "to"),
        ] {
            let element: Element = text.parse().unwrap();
            assert_eq!(element.attr(attribute), Some(hostile), "{text}");
        }
        for text in [CLOSE, LOG_IN, BIND] {
            assert!(text.parse::<Element>().is_ok(), "{text}");
        }
        let asked: Element = conference("f", hostile, "m", hostile).parse().unwrap();
        let asked = asked
            .get_child("conference", "http://jitsi.org/protocol/focus")
            .unwrap();
        assert_eq!(
            (asked.attr("room"), asked.attr("token")),
            (Some(hostile), Some(hostile))
        );
        assert!(!conference("f", "r", "m", "").contains("token"));
    }
}
