//! A shard made of literal stanzas, for one guest: a WebSocket that answers as it is told.

use std::net::TcpListener;
use std::thread::JoinHandle;

use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::{Message, accept_hdr};

/// A shard that waits for its guest.
pub(crate) struct Shard {
    /// The guest's link, without a token.
    pub(crate) link: String,
    thread: JoinHandle<Heard>,
}

/// What the guest asked for and said.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) url: String,
    pub(crate) protocol: String,
    pub(crate) said: Vec<String>,
}

impl Shard {
    /// `answer` is asked first; where it has no answer, the shard does what any does.
    pub(crate) fn start(
        answer: impl Fn(&str, usize) -> Option<Vec<String>> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let link = format!("http://{}/standup", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || receive(&listener, answer));
        Self { link, thread }
    }

    /// What it heard, once the guest has gone.
    pub(crate) fn heard(self) -> Heard {
        self.thread.join().expect("the shard did its part")
    }
}

#[expect(
    clippy::result_large_err,
    reason = "the shape of tungstenite's callback"
)]
fn receive(listener: &TcpListener, answer: impl Fn(&str, usize) -> Option<Vec<String>>) -> Heard {
    let mut heard = Heard::default();
    let (stream, _) = listener.accept().unwrap();
    let mut socket = accept_hdr(stream, |request: &Request, response| {
        Ok(greet(request, response, &mut heard))
    })
    .unwrap();
    while let Ok(message) = socket.read() {
        let Message::Text(said) = message else {
            continue;
        };
        heard.said.push(said.to_string());
        let answers = answer(&said, heard.said.len()).unwrap_or_else(|| usual_answer(&said));
        for stanza in answers {
            socket.send(Message::text(stanza)).unwrap();
        }
    }
    heard
}

fn greet(request: &Request, mut response: Response, heard: &mut Heard) -> Response {
    heard.url = request.uri().to_string();
    let protocol = request.headers()["sec-websocket-protocol"].clone();
    protocol.to_str().unwrap().clone_into(&mut heard.protocol);
    response
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    response
        .headers_mut()
        .insert("x-jitsi-shard", "shard-a".parse().unwrap());
    response
}

pub(crate) const NICK: &str = "0123abcd";

fn usual_answer(said: &str) -> Vec<String> {
    let answers: &[&str] = if said.starts_with("<open") {
        &[
            "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='127.0.0.1' id='1' version='1.0'/>",
            "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>\
             <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms>\
             <bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
        ]
    } else if said.starts_with("<auth") {
        &["<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"]
    } else if said.contains("id='bind'") {
        &[
            "<iq xmlns='jabber:client' type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
           <jid>0123abcd-4567@127.0.0.1/r</jid></bind></iq>",
        ]
    } else if said.contains("id='conference'") {
        &["<iq xmlns='jabber:client' type='result' id='conference'>\
           <conference xmlns='http://jitsi.org/protocol/focus' ready='true'/></iq>"]
    } else if said.contains("id='question'") {
        &["<iq xmlns='jabber:client' type='result' id='question'/>"]
    } else if said.starts_with("<close") {
        &["<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"]
    } else {
        &[]
    };
    answers.iter().map(ToString::to_string).collect()
}

/// A presence from the room.
pub(crate) fn presence(nick: &str, attributes: &str, parts: &str) -> String {
    format!(
        "<presence xmlns='jabber:client' {attributes} from='standup@conference.127.0.0.1/{nick}'>\
         <x xmlns='http://jabber.org/protocol/muc#user'>{parts}</x></presence>"
    )
}

/// The guest's own, as a member.
pub(crate) fn own_presence() -> String {
    presence(
        NICK,
        "",
        "<item affiliation='member' role='participant'/><status code='110'/>",
    )
}
