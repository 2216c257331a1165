//! Where a link leads: the WebSocket to open, and the addresses behind it.

use issuer::{Place, ReceivedLink};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::Args;
use crate::failure::Failure;

/// Everything a guest has to know before the first byte is sent.
#[derive(Debug)]
pub(crate) struct Address {
    /// The WebSocket, with room and token.
    pub(crate) service_url: Url,
    /// The XMPP domain.
    pub(crate) domain: String,
    /// The host of the rooms.
    pub(crate) muc: String,
    /// Who takes the conference request.
    pub(crate) focus: String,
    /// The room's JID.
    pub(crate) room: String,
    /// The link's token, or nothing.
    pub(crate) token: String,
}

impl Address {
    pub(crate) fn new(link: &ReceivedLink, args: &Args) -> Result<Self, Failure> {
        let place = link.place()?;
        let host = link.url().host_str().unwrap_or_default();
        let domain = args.domain.as_deref().unwrap_or(host).to_owned();
        let muc = args.muc.clone().unwrap_or_else(|| match &place.tenant {
            Some(tenant) => format!("conference.{tenant}.{domain}"),
            None => format!("conference.{domain}"),
        });
        Ok(Self {
            service_url: service_url(link, &place, args)?,
            focus: args
                .focus
                .clone()
                .unwrap_or_else(|| format!("focus.{domain}")),
            room: format!("{}@{muc}", place.room),
            token: link.token().to_owned(),
            domain,
            muc,
        })
    }

    /// The WebSocket without its query, which has the token.
    pub(crate) fn service_without_query(&self) -> String {
        let mut url = self.service_url.clone();
        url.set_query(None);
        url.to_string()
    }
}

/// As Jitsi's client builds it: `room=` is the room's name as it stands in the JID, `token=` the token.
fn service_url(link: &ReceivedLink, place: &Place, args: &Args) -> Result<Url, Failure> {
    let mut url = match &args.service_url {
        Some(typed) => parse_service_url(typed)?,
        None => beside(link.url())?,
    };
    let room = match &args.room_query {
        Some(other) => encoded(other),
        None => place.room.as_str().to_owned(),
    };
    let mut query = vec![format!("room={room}")];
    query.extend(
        place
            .tenant
            .as_deref()
            .map(|tenant| format!("prefix={}", encoded(tenant))),
    );
    if !link.token().is_empty() {
        query.push(format!("token={}", encoded(link.token())));
    }
    query.splice(0..0, url.query().map(str::to_owned));
    url.set_query(Some(&query.join("&")));
    url.set_fragment(None);
    Ok(url)
}

fn parse_service_url(typed: &str) -> Result<Url, Failure> {
    let hint = "write it like wss://meet.example.org/xmpp-websocket";
    let url =
        Url::parse(typed).map_err(|e| Failure::new(format!("--service-url {typed}: {e}"), hint))?;
    if !["ws", "wss"].contains(&url.scheme()) {
        return Err(Failure::new(
            format!("--service-url {typed} is not a WebSocket"),
            hint,
        ));
    }
    Ok(url)
}

/// `/xmpp-websocket` on the link's own host and port.
fn beside(link: &Url) -> Result<Url, Failure> {
    let scheme = match link.scheme() {
        "http" | "ws" => "ws",
        _secure => "wss",
    };
    let host = link.host_str().unwrap_or_default();
    let port = link
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    Url::parse(&format!("{scheme}://{host}{port}/xmpp-websocket")).map_err(|e| {
        Failure::new(
            format!("no WebSocket follows from this link: {e}"),
            "give it with --service-url",
        )
    })
}

const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

pub(crate) fn encoded(value: &str) -> String {
    utf8_percent_encode(value, KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn address(line: &[&str]) -> Address {
        let line = Line::parse_from([&["knock"], line].concat());
        Address::new(&ReceivedLink::parse(&line.args.link).unwrap(), &line.args).unwrap()
    }

    #[test]
    fn the_websocket_is_the_one_jitsi_opens() {
        for (line, url) in [
            (
                &["https://m.example/Standup?jwt=a.b.c"][..],
                "wss://m.example/xmpp-websocket?room=standup&token=a.b.c",
            ),
            (
                &["https://m.example/My%20Room?jwt=a.b.c"],
                "wss://m.example/xmpp-websocket?room=my%20room&token=a.b.c",
            ),
            (
                &["http://localhost:8000/standup"],
                "ws://localhost:8000/xmpp-websocket?room=standup",
            ),
            (
                &["https://m.example/Sales/standup"],
                "wss://m.example/xmpp-websocket?room=standup&prefix=sales",
            ),
            (
                &["https://m.example/a?jwt=x", "--room-query", "b c"],
                "wss://m.example/xmpp-websocket?room=b%20c&token=x",
            ),
            (
                &[
                    "https://m.example/a?jwt=x",
                    "--service-url",
                    "ws://[::1]:5280/w?v=1",
                ],
                "ws://[::1]:5280/w?v=1&room=a&token=x",
            ),
            (
                &["https://m.example/a?jwt=no%26token%23"],
                "wss://m.example/xmpp-websocket?room=a&token=no%26token%23",
            ),
            (
                &["wss://m.example/xmpp-websocket?room=a&token=x"],
                "wss://m.example/xmpp-websocket?room=a&token=x",
            ),
        ] {
            assert_eq!(address(line).service_url.as_str(), url);
        }
    }

    #[test]
    fn the_hosts_follow_from_the_domain() {
        let plain = address(&["http://localhost:8000/My%20Room"]);
        assert_eq!(plain.domain, "localhost");
        assert_eq!(plain.room, "my%20room@conference.localhost");
        assert_eq!(plain.focus, "focus.localhost");
        let tenant = address(&["https://m.example/sales/standup"]);
        assert_eq!(tenant.room, "standup@conference.sales.m.example");
        let other = address(&[
            "https://m.example/a",
            "--domain",
            "x.example",
            "--muc",
            "muc.x.example",
            "--focus",
            "f",
        ]);
        assert_eq!(
            (other.domain.as_str(), other.focus.as_str()),
            ("x.example", "f")
        );
        assert_eq!(other.room, "a@muc.x.example");
    }

    #[test]
    fn the_token_is_not_in_what_is_shown() {
        let shown = address(&["https://m.example/a?jwt=secret"]).service_without_query();
        assert_eq!(shown, "wss://m.example/xmpp-websocket");
    }
}
