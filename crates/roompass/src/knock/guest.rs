//! The guest's way, step by step.

use std::cell::Cell;
use std::time::Duration;

use minidom::Element;

use super::Visit;
use super::address::Address;
use super::stanzas;
use super::stream::{FRAMING, Stream};
use super::verdict::{Refused, Seen, Verdict, Watch};
use crate::failure::Failure;

const SASL: &str = "urn:ietf:params:xml:ns:xmpp-sasl";
const BIND: &str = "urn:ietf:params:xml:ns:xmpp-bind";
const STREAMS: &str = "http://etherx.jabber.org/streams";
const FOCUS: &str = "http://jitsi.org/protocol/focus";

/// Who knocks, and how far they came.
pub(crate) struct Guest<'a> {
    pub(crate) address: &'a Address,
    pub(crate) nick: Option<&'a str>,
    pub(crate) asks_focus: bool,
    pub(crate) machine: String,
    pub(crate) step: Cell<Step>,
}

/// Where the guest is, for when time runs out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    AskFocus,
    Bind,
    Connect,
    Join,
    LogIn,
    Open,
    Settle,
}

impl Step {
    pub(crate) fn timed_out(self, seconds: u64) -> Failure {
        let (step, hint) = match self {
            Self::AskFocus => ("to the conference request", NO_FOCUS),
            Self::Bind => (
                "to the request for a resource",
                "look into the server's log",
            ),
            Self::Connect => (
                "to the connection",
                "does a firewall stand between? give another address with --service-url",
            ),
            Self::Join => ("to the join", NO_MUC),
            Self::LogIn => ("to the anonymous login", "look into the server's log"),
            Self::Open => (
                "to the opening of the stream",
                "is the domain right? give another with --domain",
            ),
            Self::Settle => (
                "from the rooms' host after the join",
                "look into the server's log",
            ),
        };
        Failure::new(format!("no answer within {seconds} s {step}"), hint)
    }
}

impl Guest<'_> {
    /// Goes the whole way, and out again.
    pub(super) async fn visit(&self) -> Result<Visit, Failure> {
        let (mut stream, jid) = self.arrive().await?;
        let verdict = self.enter(&mut stream, &jid).await?;
        let shard = stream.shard.take();
        stream.close().await;
        Ok(Visit { shard, verdict })
    }

    /// Connects, logs in, and is given a JID.
    pub(crate) async fn arrive(&self) -> Result<(Stream, String), Failure> {
        self.step.set(Step::Connect);
        let mut stream = Stream::connect(self.address).await?;
        self.log_in(&mut stream).await?;
        let jid = self.bind(&mut stream).await?;
        Ok((stream, jid))
    }

    async fn enter(&self, stream: &mut Stream, jid: &str) -> Result<Verdict, Failure> {
        if self.asks_focus
            && let Some(refused) = self.ask_focus(stream).await?
        {
            return Ok(Verdict::Refused(refused));
        }
        let occupant = format!("{}/{}", self.address.room, self.nick_for(jid));
        let verdict = self.join(stream, &occupant).await?;
        if let Verdict::Admitted(_) = verdict {
            stream.send(&stanzas::leave(&occupant)).await?;
        }
        Ok(verdict)
    }

    async fn log_in(&self, stream: &mut Stream) -> Result<(), Failure> {
        let features = self.open(stream).await?;
        self.step.set(Step::LogIn);
        let offered = features.get_child("mechanisms", SASL);
        let mut offered = offered.into_iter().flat_map(Element::children);
        if !offered.any(|mechanism| mechanism.text() == "ANONYMOUS") {
            return Err(Failure::new(
                format!("{} offers no anonymous login", self.address.domain),
                "give the domain on which guests log in with --domain",
            ));
        }
        stream.send(stanzas::LOG_IN).await?;
        let answer = stream.next().await?;
        if !answer.is("success", SASL) {
            let why = answer.children().next().map_or("no reason", Element::name);
            return Err(Failure::new(
                format!("the server refused the anonymous login: {why}"),
                "look into the server's log",
            ));
        }
        Ok(())
    }

    /// Opens the stream, anew after the login, and returns what the server offers.
    async fn open(&self, stream: &mut Stream) -> Result<Element, Failure> {
        self.step.set(Step::Open);
        stream.send(&stanzas::open(&self.address.domain)).await?;
        loop {
            let answer = stream.next().await?;
            if answer.is("features", STREAMS) {
                return Ok(answer);
            }
            if !answer.is("open", FRAMING) {
                return Err(unexpected(&answer, "the opening of the stream"));
            }
        }
    }

    /// The JID that the server gives.
    async fn bind(&self, stream: &mut Stream) -> Result<String, Failure> {
        self.open(stream).await?;
        self.step.set(Step::Bind);
        stream.send(stanzas::BIND).await?;
        let answer = answer_to(stream, "bind").await?;
        let jid = answer
            .get_child("bind", BIND)
            .and_then(|bind| bind.get_child("jid", BIND));
        jid.map(Element::text)
            .ok_or_else(|| unexpected(&answer, "the request for a resource"))
    }

    /// Jitsi's client joins only once the conference is ready.
    pub(crate) async fn ask_focus(&self, stream: &mut Stream) -> Result<Option<Refused>, Failure> {
        self.step.set(Step::AskFocus);
        let Address {
            focus, room, token, ..
        } = self.address;
        loop {
            stream
                .send(&stanzas::conference(focus, room, &self.machine, token))
                .await?;
            let answer = answer_to(stream, "conference").await?;
            if answer.attr("type") == Some("error") {
                let refused = Refused::from_error(&answer);
                somebody_said_so(stream, focus, &refused, NO_FOCUS).await?;
                return Ok(Some(refused));
            }
            let conference = answer.get_child("conference", FOCUS);
            if conference.and_then(|c| c.attr("ready")) == Some("true") {
                return Ok(None);
            }
            // As often as Jitsi's client asks at first.
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn join(&self, stream: &mut Stream, occupant: &str) -> Result<Verdict, Failure> {
        let verdict = self.try_to_join(stream, occupant).await?;
        if let Verdict::Refused(refused) = &verdict {
            somebody_said_so(stream, &self.address.muc, refused, NO_MUC).await?;
        }
        Ok(verdict)
    }

    /// Joins, and waits until nothing more can follow. Whether anybody is there at all, nobody has asked then.
    pub(crate) async fn try_to_join(
        &self,
        stream: &mut Stream,
        occupant: &str,
    ) -> Result<Verdict, Failure> {
        self.step.set(Step::Join);
        stream.send(&stanzas::join(occupant)).await?;
        let mut watch = Watch::new(&self.address.room);
        loop {
            let stanza = stream.next().await?;
            match watch.see(&stanza, "question") {
                Seen::Decided(verdict) => return Ok(verdict),
                Seen::Entered if self.step.get() == Step::Join => {
                    self.step.set(Step::Settle);
                    stream.send(&stanzas::question(&self.address.muc)).await?;
                }
                Seen::Entered | Seen::Waiting => {}
            }
        }
    }

    /// As Jitsi's client: the beginning of the JID.
    fn nick_for(&self, jid: &str) -> String {
        self.nick.map_or_else(
            || jid.chars().take_while(|c| *c != '@').take(8).collect(),
            str::to_owned,
        )
    }
}

const NO_FOCUS: &str =
    "is Jicofo running? give its host with --focus, or join without it: --no-conference-request";
const NO_MUC: &str = "give the host of the rooms with --muc";

/// The server answers for a host that is not there, and in the words of a room that says no. It then says the
/// same to any other question.
async fn somebody_said_so(
    stream: &mut Stream,
    host: &str,
    refused: &Refused,
    hint: &str,
) -> Result<(), Failure> {
    if !is_nobody(stream, host, refused).await? {
        return Ok(());
    }
    let condition = &refused.condition;
    Err(Failure::new(
        format!("there is nobody at {host}: {condition}"),
        hint,
    ))
}

/// Whether the server itself refused, for it has no such host.
pub(crate) async fn is_nobody(
    stream: &mut Stream,
    host: &str,
    refused: &Refused,
) -> Result<bool, Failure> {
    if refused.code.is_some() {
        return Ok(false);
    }
    stream.send(&stanzas::question(host)).await?;
    let answer = answer_to(stream, "question").await?;
    let is_error = answer.attr("type") == Some("error");
    Ok(is_error && Refused::from_error(&answer).condition == refused.condition)
}

pub(crate) async fn answer_to(stream: &mut Stream, id: &str) -> Result<Element, Failure> {
    loop {
        let stanza = stream.next().await?;
        if stanza.name() == "iq" && stanza.attr("id") == Some(id) {
            return Ok(stanza);
        }
    }
}

fn unexpected(answer: &Element, to: &str) -> Failure {
    Failure::new(
        format!("the server answered {to} with <{}>", answer.name()),
        "is this an XMPP server for Jitsi? give its WebSocket with --service-url",
    )
}
