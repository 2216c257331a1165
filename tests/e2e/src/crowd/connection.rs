//! An anonymous XMPP session over a WebSocket (RFC 7395), as light as can be.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::focus::Focus;
use crate::shard::ROOM_HOST;

const OPEN: &str =
    "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>";
const LOG_IN: &str = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>";
const BIND: &str = "<iq xmlns='jabber:client' type='set' id='bind'>\
    <bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
const CLOSE: &str = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>";

/// What a door said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// In.
    Admitted,
    /// Out, with our code or `other`.
    Refused(String),
}

/// A session that is logged in.
#[derive(Debug)]
pub struct Connection {
    socket: WebSocketStream<TcpStream>,
    shard: Option<String>,
    questions: usize,
}

impl Connection {
    /// Connects as Jitsi's client does for that room, and logs in.
    ///
    /// # Errors
    /// When the server does not want that.
    pub async fn open(server: SocketAddr, room: &str, token: Option<&str>) -> Result<Self, String> {
        let token = token.map(|token| format!("&token={token}"));
        let query = format!("room={room}{}", token.unwrap_or_default());
        let url = format!("ws://localhost:{}/xmpp-websocket?{query}", server.port());
        let mut request = url.into_client_request().map_err(|e| e.to_string())?;
        let protocol = HeaderValue::from_static("xmpp");
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", protocol);
        let stream = TcpStream::connect(server)
            .await
            .map_err(|e| e.to_string())?;
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        let (socket, response) = client_async(request, stream)
            .await
            .map_err(|e| e.to_string())?;
        let shard = response.headers().get("x-jitsi-shard");
        let mut connection = Self {
            socket,
            shard: shard.and_then(|name| name.to_str().ok()).map(str::to_owned),
            questions: 0,
        };
        connection.log_in().await?;
        Ok(connection)
    }

    async fn log_in(&mut self) -> Result<(), String> {
        for (said, awaited) in [
            (OPEN, ":features"),
            (LOG_IN, "<success"),
            (OPEN, ":features"),
            (BIND, "id='bind'"),
        ] {
            self.say(said).await?;
            self.hear(awaited).await?;
        }
        Ok(())
    }

    /// The shard that the router chose.
    pub fn shard(&self) -> Option<&str> {
        self.shard.as_deref()
    }

    /// Asks the focus to open a conference, and waits for the answer, whatever it is.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn ask_focus(&mut self, room: &str) -> Result<(), String> {
        let id = self.next_id();
        let to = Focus::COMPONENT;
        let request = format!(
            "<iq xmlns='jabber:client' type='set' id='{id}' to='{to}'><conference \
             xmlns='http://jitsi.org/protocol/focus' room='{room}@{ROOM_HOST}' machine-uid='crowd'/></iq>"
        );
        self.say(&request).await?;
        self.hear(&format!("id='{id}'")).await.map(drop)
    }

    /// Asks something that every server answers at once, and waits for the answer.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn ask(&mut self) -> Result<(), String> {
        let id = self.say_question().await?;
        self.hear(&format!("id='{id}'")).await.map(drop)
    }

    /// Tries to enter, and waits until it is settled: a refusal may follow on the heel of an admission.
    ///
    /// # Errors
    /// When the connection breaks, or the door says nothing.
    pub async fn enter(&mut self, room: &str, nick: &str) -> Result<Verdict, String> {
        let join = format!(
            "<presence xmlns='jabber:client' to='{room}@{ROOM_HOST}/{nick}'>\
             <x xmlns='http://jabber.org/protocol/muc'/></presence>"
        );
        self.say(&join).await?;
        let settled = format!("id='{}'", self.say_question().await?);
        let mut inside = false;
        loop {
            let heard = self.next().await?;
            if heard.contains(&settled) {
                return inside
                    .then_some(Verdict::Admitted)
                    .ok_or_else(|| "the door said nothing".to_owned());
            }
            if let Some(code) = refusal(&heard) {
                return Ok(Verdict::Refused(code));
            }
            inside |= heard.starts_with("<presence") && heard.contains("code='110'");
        }
    }

    /// Leaves the room and the server.
    pub async fn leave(mut self) {
        // Whatever goes wrong now no longer matters.
        if self.say(CLOSE).await.is_ok() {
            while self.next().await.is_ok() {}
        }
    }

    async fn say_question(&mut self) -> Result<String, String> {
        let id = self.next_id();
        let question = format!(
            "<iq xmlns='jabber:client' type='get' id='{id}' to='{ROOM_HOST}'>\
             <query xmlns='http://jabber.org/protocol/disco#info'/></iq>"
        );
        self.say(&question).await?;
        Ok(id)
    }

    fn next_id(&mut self) -> String {
        self.questions += 1;
        format!("question-{}", self.questions)
    }

    async fn say(&mut self, element: &str) -> Result<(), String> {
        let sent = self.socket.send(Message::text(element)).await;
        sent.map_err(|e| e.to_string())
    }

    /// The next element that has these words in it.
    async fn hear(&mut self, words: &str) -> Result<String, String> {
        loop {
            let heard = self.next().await?;
            if heard.contains(words) {
                return Ok(heard);
            }
            if heard.contains("<failure") || heard.contains("<stream:error") {
                return Err(format!("instead of {words}: {heard}"));
            }
        }
    }

    async fn next(&mut self) -> Result<String, String> {
        while let Some(message) = self.socket.next().await {
            if let Message::Text(text) = message.map_err(|e| e.to_string())? {
                return Ok(text.to_string());
            }
        }
        Err("the connection closed".to_owned())
    }
}

/// The code of a refusal: ours, or `other` for somebody else's.
fn refusal(heard: &str) -> Option<String> {
    let ours = heard.split("<refused ").nth(1);
    let code = ours.and_then(|rest| rest.split("code='").nth(1)?.split('\'').next());
    let is_error = heard.starts_with("<presence") && heard.contains("type='error'");
    code.map(str::to_owned)
        .or_else(|| is_error.then(|| "other".to_owned()))
}
