//! Admitted or refused: what the room's answers mean.

use std::collections::BTreeSet;

use minidom::Element;

const MUC_USER: &str = "http://jabber.org/protocol/muc#user";
const ERRORS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
/// Ours: `<refused code='…'/>` beside the words.
const ROOMPASS: &str = "urn:roompass:0";

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Admitted(Admitted),
    Refused(Refused),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Admitted {
    pub(crate) affiliation: String,
    /// With the guest.
    pub(crate) occupants: usize,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Refused {
    /// Ours, if it was us.
    pub(crate) code: Option<String>,
    /// XMPP's: the condition of an error, `destroy` or `unavailable`.
    pub(crate) condition: String,
    pub(crate) text: Option<String>,
}

impl Refused {
    /// What an error stanza says.
    pub(crate) fn from_error(stanza: &Element) -> Self {
        let error = stanza.children().find(|child| child.name() == "error");
        let parts = || {
            error
                .into_iter()
                .flat_map(Element::children)
                .filter(|part| part.ns() == ERRORS)
        };
        let condition = parts()
            .find(|part| part.name() != "text")
            .map(Element::name);
        Self {
            code: code(stanza),
            condition: condition.unwrap_or("no condition").to_owned(),
            text: parts()
                .find(|part| part.name() == "text")
                .map(Element::text)
                .and_then(non_empty),
        }
    }

    fn from_unavailable(stanza: &Element) -> Self {
        let destroy = muc_user(stanza).and_then(|x| x.get_child("destroy", MUC_USER));
        let reason = destroy.and_then(|destroy| destroy.get_child("reason", MUC_USER));
        Self {
            code: code(stanza),
            condition: destroy.map_or("unavailable", |_| "destroy").to_owned(),
            text: reason.map(Element::text).and_then(non_empty),
        }
    }
}

/// Listens to one room's answers to one join.
#[derive(Debug)]
pub(crate) struct Watch<'a> {
    room: &'a str,
    inside: Option<String>,
    occupants: BTreeSet<String>,
}

/// What one stanza changed.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Seen {
    /// The end of it.
    Decided(Verdict),
    /// In, so it seems: a refusal may follow on the heel of this.
    Entered,
    /// Nothing.
    Waiting,
}

impl<'a> Watch<'a> {
    pub(crate) const fn new(room: &'a str) -> Self {
        Self {
            room,
            inside: None,
            occupants: BTreeSet::new(),
        }
    }

    /// Takes the next stanza. `question` is the id of what was asked after [`Seen::Entered`]: the server
    /// answers in order, so its answer means that no refusal is on the way.
    pub(crate) fn see(&mut self, stanza: &Element, question: &str) -> Seen {
        if stanza.name() == "iq" && stanza.attr("id") == Some(question) {
            return self.settled();
        }
        let from = stanza.attr("from").unwrap_or_default();
        if stanza.name() != "presence" || from.split('/').next() != Some(self.room) {
            return Seen::Waiting;
        }
        match stanza.attr("type") {
            None => self.someone_is_in(stanza, from),
            Some("error") => Seen::Decided(Verdict::Refused(Refused::from_error(stanza))),
            Some("unavailable") if is_ours(stanza) => {
                Seen::Decided(Verdict::Refused(Refused::from_unavailable(stanza)))
            }
            Some("unavailable") => {
                self.occupants.remove(from);
                Seen::Waiting
            }
            Some(_other) => Seen::Waiting,
        }
    }

    fn someone_is_in(&mut self, stanza: &Element, from: &str) -> Seen {
        self.occupants.insert(from.to_owned());
        if !is_ours(stanza) {
            return Seen::Waiting;
        }
        let item = muc_user(stanza).and_then(|x| x.get_child("item", MUC_USER));
        let affiliation = item.and_then(|item| item.attr("affiliation"));
        self.inside = Some(affiliation.unwrap_or("none").to_owned());
        Seen::Entered
    }

    fn settled(&self) -> Seen {
        self.inside.as_ref().map_or(Seen::Waiting, |affiliation| {
            Seen::Decided(Verdict::Admitted(Admitted {
                affiliation: affiliation.clone(),
                occupants: self.occupants.len(),
            }))
        })
    }
}

fn muc_user(stanza: &Element) -> Option<&Element> {
    stanza.get_child("x", MUC_USER)
}

/// Status 110: this presence is about the guest (XEP-0045 §7.2.2).
fn is_ours(stanza: &Element) -> bool {
    let mut parts = muc_user(stanza).into_iter().flat_map(Element::children);
    parts.any(|part| part.is("status", MUC_USER) && part.attr("code") == Some("110"))
}

/// The code, wherever the form of the refusal put it.
fn code(element: &Element) -> Option<String> {
    if element.is("refused", ROOMPASS) {
        return element.attr("code").map(str::to_owned);
    }
    element.children().find_map(code)
}

fn non_empty(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: &str = "standup@conference.localhost";
    const JICOFO: &str = "<presence xmlns='jabber:client' from='standup@conference.localhost/focus'>\
        <x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator'/></x></presence>";
    const SELF: &str = "<presence xmlns='jabber:client' from='standup@conference.localhost/ada'>\
        <x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant'/>\
        <status code='110'/></x></presence>";
    const ANSWER: &str =
        "<iq xmlns='jabber:client' type='result' id='q' from='conference.localhost'/>";

    /// What a room's answers come to.
    fn watched(stanzas: &[&str]) -> Seen {
        let mut watch = Watch::new(ROOM);
        stanzas
            .iter()
            .fold(Seen::Waiting, |last, stanza| match last {
                Seen::Decided(_) => last,
                Seen::Entered | Seen::Waiting => watch.see(&stanza.parse().unwrap(), "q"),
            })
    }

    fn refused(code: Option<&str>, condition: &str, text: Option<&str>) -> Seen {
        Seen::Decided(Verdict::Refused(Refused {
            code: code.map(str::to_owned),
            condition: condition.to_owned(),
            text: text.map(str::to_owned),
        }))
    }

    #[test]
    fn who_is_in_and_stays_in_is_admitted() {
        assert_eq!(watched(&[JICOFO]), Seen::Waiting);
        assert_eq!(watched(&[JICOFO, SELF]), Seen::Entered);
        let admitted = |occupants| {
            let affiliation = "none".to_owned();
            Seen::Decided(Verdict::Admitted(Admitted {
                affiliation,
                occupants,
            }))
        };
        assert_eq!(watched(&[JICOFO, SELF, ANSWER]), admitted(2));
        let gone = JICOFO.replace("<presence", "<presence type='unavailable'");
        assert_eq!(watched(&[JICOFO, &gone, SELF, ANSWER]), admitted(1));
    }

    #[test]
    fn a_destroyed_room_is_a_refusal_although_it_began_like_an_entry() {
        let destroy = "<presence xmlns='jabber:client' type='unavailable' from='standup@conference.localhost/ada'>\
            <x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/>\
            <status code='110'/><destroy><reason>This link has expired.</reason>\
            <refused xmlns='urn:roompass:0' code='expired'/></destroy></x></presence>";
        let expected = refused(Some("expired"), "destroy", Some("This link has expired."));
        assert_eq!(watched(&[SELF, destroy, ANSWER]), expected);
    }

    #[test]
    fn an_error_is_a_refusal_with_or_without_a_code_of_ours() {
        let error = |parts: &str| {
            format!(
                "<presence xmlns='jabber:client' type='error' from='{ROOM}/ada'>\
                 <error type='cancel'>{parts}</error><x xmlns='http://jabber.org/protocol/muc'/></presence>"
            )
        };
        let condition = "<not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>";
        let text = "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Ask for a link.</text>";
        let code = "<refused xmlns='urn:roompass:0' code='token-missing'/>";
        let ours = error(&format!("{condition}{text}{code}"));
        let expected = refused(
            Some("token-missing"),
            "not-allowed",
            Some("Ask for a link."),
        );
        assert_eq!(watched(&[&ours]), expected);
        assert_eq!(
            watched(&[&error(condition)]),
            refused(None, "not-allowed", None)
        );
        assert_eq!(watched(&[&error("")]), refused(None, "no condition", None));
    }

    #[test]
    fn who_is_put_out_before_it_is_settled_was_not_admitted() {
        let out = SELF.replace("<presence", "<presence type='unavailable'");
        assert_eq!(
            watched(&[SELF, &out, ANSWER]),
            refused(None, "unavailable", None)
        );
    }

    #[test]
    fn other_rooms_and_other_answers_do_not_count() {
        let next_door = SELF.replace("standup@", "standup2@");
        assert_eq!(watched(&[&next_door, ANSWER]), Seen::Waiting);
        assert_eq!(watched(&[ANSWER]), Seen::Waiting);
        assert_eq!(
            watched(&[SELF, &ANSWER.replace("'q'", "'other'")]),
            Seen::Waiting
        );
    }
}
