//! Front doors of a shard, each wrong in one way.

use crate::port::Port;

/// Each has a name, a port, and lines of `HAProxy`'s that make the fault.
#[derive(Debug)]
pub struct Fronts(Vec<(&'static str, Port, &'static str)>);

impl Default for Fronts {
    fn default() -> Self {
        Self::new()
    }
}

impl Fronts {
    /// A good one and those that are wrong.
    pub fn new() -> Self {
        let words = [
            ("good", ""),
            ("no-page", "\thttp-request return status 404 if !xmpp\n"),
            ("no-websocket", "\thttp-request return status 404 if xmpp\n"),
            (
                "requests",
                "\thttp-request return status 200 content-type application/json string '{\"ready\":false}' \
                 if { path /conference-request/v1 }\n",
            ),
            ("splits", "\tuse_backend undecoded if xmpp\n"),
            (
                "drops",
                "\thttp-request replace-uri (.*)&token=.* \\1 if xmpp\n",
            ),
            (
                "rewrites",
                "\thttp-request replace-uri (.*)room=(.*) \\1room=x\\2 if xmpp\n",
            ),
            ("talks", "\tlog-format \"%HU\"\n"),
        ];
        Self(
            words
                .map(|(name, lines)| (name, Port::any(), lines))
                .to_vec(),
        )
    }

    /// What stands before a room there.
    ///
    /// # Panics
    /// When there is none of that name.
    pub fn url(&self, name: &str) -> String {
        let (_, port, _) = self
            .0
            .iter()
            .find(|(front, ..)| *front == name)
            .expect("there is that front door");
        format!("http://localhost:{}", port.number())
    }

    /// Its part of `HAProxy`'s configuration; all lead to the shard that listens there.
    pub fn config(&self, shard: u16) -> String {
        let front = |(name, port, lines): &(&str, Port, &str)| {
            format!(
                "\nfrontend {name}\n\tbind {}\n\tacl xmpp path_beg /xmpp-websocket\n\
                 \thttp-request set-var(txn.asked) url_param(room)\n{lines}\
                 \thttp-request deny deny_status 405 if METH_POST\n\
                 \thttp-request return status 200 content-type text/html string ok if !xmpp\n\
                 \tdefault_backend only_a\n",
                port.address()
            )
        };
        let fronts: String = self.0.iter().map(front).collect();
        let server = |name: &str| format!("\tserver {name} 127.0.0.1:{shard}\n");
        let shows = "\thttp-response set-header x-jitsi-shard %s\n";
        format!(
            "{fronts}\nbackend only_a\n{shows}{}\nbackend undecoded\n\tbalance url_param room\n\
             \thash-type consistent sdbm avalanche\n{shows}{}{}",
            server("a"),
            server("a"),
            server("b")
        )
    }
}
