//! Many installations in one Prosody, each under a domain of its own, each with one fault.

use crate::shard::{SECRET, ShardPlan};

/// One of them, all well until somebody breaks it.
#[derive(Clone, Debug)]
pub struct Patient {
    name: &'static str,
    has_main_rooms_only: bool,
    lines: [(&'static str, String); 6],
}

impl Patient {
    /// Its main rooms, its lobby, and so on.
    const PARTS: [&'static str; 6] = [
        "client",
        "conference",
        "lobby",
        "breakout",
        "internal",
        "focus",
    ];

    /// A healthy one.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            has_main_rooms_only: false,
            lines: Self::PARTS.map(|part| (part, String::new())),
        }
    }

    /// A healthy one without lobby, breakout rooms and rooms for staff, which is sooner there.
    pub fn small(name: &'static str) -> Self {
        Self {
            has_main_rooms_only: true,
            ..Self::new(name)
        }
    }

    /// Its domain.
    pub fn domain(&self) -> String {
        format!("{}.localhost", self.name)
    }

    /// Writes this line under one of its hosts, behind all others.
    ///
    /// # Panics
    /// When there is no such host.
    #[must_use]
    pub fn with(mut self, part: &str, line: &str) -> Self {
        let lines = self.lines.iter_mut().find(|(name, _)| *name == part);
        let (_, lines) = lines.expect("a patient has that part");
        lines.push_str(line);
        lines.push('\n');
        self
    }

    /// Takes the door of one of its hosts away.
    #[must_use]
    pub fn without_door(self, part: &str) -> Self {
        self.with(part, "-- no door")
    }

    fn lines(&self, part: &str) -> &str {
        let lines = self.lines.iter().find(|(name, _)| *name == part);
        lines.map_or("", |(_, lines)| lines)
    }

    fn component(&self, part: &str, settings: &str) -> String {
        let (domain, lines) = (self.domain(), self.lines(part));
        let kind = if lines.contains("-- no door") {
            "muc"
        } else {
            "muc_roompass"
        };
        format!(
            "Component \"{part}.{domain}\" \"{kind}\"\nmuc_room_locking = false\n\
             muc_room_default_public = false\n{settings}\n{lines}\n"
        )
    }

    /// Its part of Prosody's configuration.
    fn config(&self) -> String {
        let domain = self.domain();
        let main = format!("roompass_main_muc = \"conference.{domain}\"");
        let hosts = [
            format!(
                "VirtualHost \"{domain}\"\nauthentication = \"stage_anonymous\"\n\
                 modules_enabled = {{ \"roompass\"; \"stage_astray\" }}\n{}\n",
                self.lines("client")
            ),
            self.component(
                "conference",
                "modules_enabled = { \"stage_astray\" }\nrestrict_room_creation = true",
            ),
            format!(
                "Component \"focus.{domain}\"\ncomponent_secret = \"{SECRET}\"\n\
                 modules_enabled = {{ \"stage_focus\"; \"stage_astray\" }}\n{}\n",
                self.lines("focus")
            ),
            format!(
                "VirtualHost \"auth.{domain}\"\nauthentication = \"internal_hashed\"\n\
                 modules_enabled = {{ \"stage_focus\" }}\n"
            ),
        ];
        let more = [
            self.component("lobby", &format!("roompass_kind = \"lobby\"\n{main}")),
            self.component("breakout", &format!("roompass_kind = \"breakout\"\n{main}")),
            self.component("internal", "roompass_kind = \"staff\""),
        ];
        let more = if self.has_main_rooms_only {
            String::new()
        } else {
            more.concat()
        };
        hosts.concat() + &more
    }
}

impl ShardPlan {
    /// A shard with all of these.
    #[must_use]
    pub fn clinic(patients: &[Patient]) -> Self {
        Self {
            // The log of every stanza of so many hosts would take longer than they do.
            quiet: true,
            more_hosts: patients.iter().map(Patient::config).collect(),
            ..Self::default()
        }
    }
}
