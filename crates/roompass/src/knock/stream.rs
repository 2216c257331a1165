//! An XMPP stream over a WebSocket (RFC 7395): every message is one element.

use futures_util::{SinkExt, StreamExt};
use minidom::Element;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::address::Address;
use super::stanzas;
use crate::failure::Failure;

pub(crate) const FRAMING: &str = "urn:ietf:params:xml:ns:xmpp-framing";
const STREAM_ERRORS: &str = "urn:ietf:params:xml:ns:xmpp-streams";

/// More than a stanza of any server we talk to.
const MAX_MESSAGE: usize = 1 << 20;

/// An open connection.
pub(crate) struct Stream {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Which shard answered, if the router says so.
    pub(crate) shard: Option<String>,
    /// What time the server said it is, if it did (`Date`, RFC 9110 §6.6.1).
    pub(crate) date: Option<String>,
}

impl Stream {
    pub(crate) async fn connect(address: &Address) -> Result<Self, Failure> {
        let fault = |error: Error| cannot_connect(&address.service_without_query(), &error);
        let mut request = address
            .service_url
            .as_str()
            .into_client_request()
            .map_err(fault)?;
        let headers = request.headers_mut();
        headers.insert("Sec-WebSocket-Protocol", HeaderValue::from_static("xmpp"));
        choose_cryptography();
        let limits = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE))
            .max_frame_size(Some(MAX_MESSAGE));
        let (socket, response) = connect_async_with_config(request, Some(limits), true)
            .await
            .map_err(fault)?;
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.and_then(|text| text.to_str().ok()).map(str::to_owned)
        };
        let (shard, date) = (header("x-jitsi-shard"), header("date"));
        Ok(Self {
            socket,
            shard,
            date,
        })
    }

    pub(crate) async fn send(&mut self, element: &str) -> Result<(), Failure> {
        self.socket
            .send(Message::text(element))
            .await
            .map_err(|e| broken(&e.to_string()))
    }

    /// The next element; an end of the stream is a failure here, for nobody is done yet.
    pub(crate) async fn next(&mut self) -> Result<Element, Failure> {
        loop {
            let message = self
                .socket
                .next()
                .await
                .ok_or_else(|| broken("it closed"))?;
            match message.map_err(|e| broken(&e.to_string()))? {
                Message::Text(text) => return read(&text),
                Message::Close(_) => return Err(broken("it closed")),
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Says goodbye and waits for the answer. Whatever goes wrong now no longer matters.
    pub(crate) async fn close(mut self) {
        if self.send(stanzas::CLOSE).await.is_ok() {
            while self.next().await.is_ok() {}
        }
        self.socket.close(None).await.ok();
    }
}

/// rustls takes no default once two libraries are compiled in, so that it does not depend on that.
fn choose_cryptography() {
    // An error means that there is a choice already.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
}

fn read(text: &str) -> Result<Element, Failure> {
    let element = Element::from_reader_with_prefixes(text.as_bytes(), "jabber:client".to_owned())
        .map_err(|e| broken(&format!("it sent what is not XML ({e})")))?;
    if element.is("close", FRAMING) {
        return Err(broken("it closed the stream"));
    }
    if element.is("error", "http://etherx.jabber.org/streams") {
        let condition = element
            .children()
            .find(|child| child.ns() == STREAM_ERRORS && child.name() != "text");
        let condition = condition.map_or("no reason", Element::name);
        return Err(broken(&format!("it ended the stream ({condition})")));
    }
    Ok(element)
}

fn broken(why: &str) -> Failure {
    Failure::new(
        format!("the connection to the server broke: {why}"),
        "look into the server's log; is the domain right (--domain)?",
    )
}

fn cannot_connect(service: &str, error: &Error) -> Failure {
    let why = if let Error::Http(response) = error {
        format!(
            "it answered {} instead of opening a WebSocket",
            response.status()
        )
    } else if let Error::Io(error) = error {
        // Without `IO error:` before it.
        error.to_string()
    } else {
        error.to_string()
    };
    let hint = if matches!(error, Error::Http(_)) {
        "is this Jitsi's web server, and its WebSocket at that path? give another with --service-url"
    } else if why.contains("certificate") {
        "use the name in the certificate, and put its issuer into this machine's certificate store"
    } else {
        "is the server running, and is that its host and port? give another with --service-url"
    };
    Failure::new(format!("cannot connect to {service}: {why}"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_is_one_element() {
        assert!(read("<iq xmlns='jabber:client' type='result' id='bind'/>").is_ok());
        assert!(
            read("<message><body>hi</body></message>")
                .unwrap()
                .is("message", "jabber:client")
        );
        for (text, why) in [
            (
                "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>",
                "it closed the stream",
            ),
            (
                "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>\
                 <host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
                "it ended the stream (host-unknown)",
            ),
            ("<presence", "it sent what is not XML"),
            ("", "it sent what is not XML"),
        ] {
            let failure = read(text).unwrap_err();
            assert!(failure.what().contains(why), "{}", failure.what());
        }
    }
}
