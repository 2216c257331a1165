//! What the doctor looks at, and everything it can find: two closed lists.

/// How bad it is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Gravity {
    /// Somebody comes in who should not, or could.
    Open,
    /// Guests with a good link are kept out.
    Shut,
    /// Worth mending, and nothing is wrong today.
    Advice,
}

impl Gravity {
    /// Its stable name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Shut => "shut",
            Self::Advice => "advice",
        }
    }
}

/// Makes a closed list whose members know their names.
macro_rules! closed_list {
    ($(#[$doc:meta])* $list:ident { $($(#[$member_doc:meta])* $member:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub(crate) enum $list { $($(#[$member_doc])* $member,)+ }

        impl $list {
            /// All of them, in the order in which they are told.
            pub(crate) const ALL: &[Self] = &[$(Self::$member,)+];

            /// Its stable name.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$member => $name,)+ }
            }
        }
    };
}

closed_list! {
    /// One leg of an installation.
    Check {
        /// The name of the meeting's host.
        Name = "name",
        /// The meeting's page.
        Page = "page",
        /// Each way to a shard.
        WebSocket = "websocket",
        /// The clocks.
        Clock = "clock",
        /// Copies of the key set.
        KeySet = "key-set",
        /// Copies of the revocations.
        Feed = "feed",
        /// A good link at each shard.
        Guest = "guest",
        /// Bad ones.
        Thief = "thief",
        /// Who makes the rooms.
        Creation = "creation",
        /// The other hosts with rooms.
        Doors = "doors",
        /// Conference requests to Jicofo.
        Requests = "requests",
        /// The same by HTTP.
        HttpRequest = "http-request",
        /// Whether all spellings of a room lead to one shard.
        Routing = "routing",
        /// Whether strangers may list the rooms.
        Listing = "listing",
        /// Access logs.
        Log = "log",
        /// What the doors of this machine's Prosody say of themselves.
        Shell = "shell",
    }
}

closed_list! {
    /// Something to mend. `docs/doctor.md` has a section for each.
    Code {
        /// The host's name leads nowhere.
        NameUnknown = "name-unknown",
        /// Nobody answers where the page should be.
        PageUnreachable = "page-unreachable",
        /// No certificate that a browser takes.
        TlsBroken = "tls-broken",
        /// Links travel unencrypted.
        PageInClear = "page-in-clear",
        /// Another answer than a page.
        PageMissing = "page-missing",
        /// The page before the call refuses a good link.
        PageRefused = "page-refused",
        /// No WebSocket there.
        WebsocketDead = "websocket-dead",
        /// No anonymous login.
        LoginRefused = "login-refused",
        /// A clock is so wrong that links fail.
        ClockOff = "clock-off",
        /// A clock is wrong.
        ClockDrift = "clock-drift",
        /// A copy of the key set is missing or broken.
        KeySetUnreadable = "key-set-unreadable",
        /// The key set is past its end.
        KeySetStale = "key-set-stale",
        /// No shard knows the key that signs.
        KeyUnknown = "key-unknown",
        /// Shards have different key sets.
        KeysDiffer = "keys-differ",
        /// The revocations are missing or broken.
        FeedMissing = "feed-missing",
        /// The revocations are too old.
        FeedStale = "feed-stale",
        /// Prosody's client host does not keep the tokens of links.
        ClientModuleMissing = "client-module-missing",
        /// The router loses the token.
        RouterDropsToken = "router-drops-token",
        /// The router changes the room's name.
        RoomRewritten = "room-rewritten",
        /// A door cannot decide anything.
        VerifierUnavailable = "verifier-unavailable",
        /// The shards are set up for another issuer or audience.
        WrongDeployment = "wrong-deployment",
        /// A door refuses this link, for a reason of the link's.
        LinkRefused = "link-refused",
        /// Somebody else than the door refuses the guest.
        RefusedElsewhere = "refused-elsewhere",
        /// Nobody answers conference requests.
        JicofoAbsent = "jicofo-absent",
        /// The guest's join has no answer.
        JoinUnanswered = "join-unanswered",
        /// Every guest becomes a moderator.
        OwnerForEverybody = "owner-for-everybody",
        /// The main rooms have no door.
        RoomsUnguarded = "rooms-unguarded",
        /// A forged link opens.
        ForgedAdmitted = "forged-admitted",
        /// A link that has ended opens.
        ExpiredAdmitted = "expired-admitted",
        /// A link for another room opens.
        OtherRoomAdmitted = "other-room-admitted",
        /// A connection for another room opens.
        OtherQueryAdmitted = "other-query-admitted",
        /// Guests make rooms without Jicofo.
        RoomCreationOpen = "room-creation-open",
        /// The lobby has no door.
        LobbyUnguarded = "lobby-unguarded",
        /// The breakout rooms have no door.
        BreakoutUnguarded = "breakout-unguarded",
        /// The rooms of bridges and recorders are open.
        InternalMucOpen = "internal-muc-open",
        /// Another host with rooms has no door.
        MucUnguarded = "muc-unguarded",
        /// Strangers have Jicofo open conferences.
        ConferenceRequestOpen = "conference-request-open",
        /// The same, past Jicofo's component.
        FocusUserOpen = "focus-user-open",
        /// The same, by HTTP.
        HttpRequestOpen = "http-request-open",
        /// One room opens on two shards.
        RouterSplitsRooms = "router-splits-rooms",
        /// Strangers can list the rooms.
        RoomsListed = "rooms-listed",
        /// An access log holds links.
        TokenInLog = "token-in-log",
        /// The doors only watch.
        WatchMode = "watch-mode",
        /// A door of this machine says that it is shut, or missing.
        DoorReportsError = "door-reports-error",
        /// A door of this machine warns.
        DoorWarns = "door-warns",
        /// The verifier is of another version than this command.
        VersionsDiffer = "versions-differ",
    }
}

impl Code {
    /// The leg that it is about.
    pub(crate) const fn check(self) -> Check {
        match self {
            Self::NameUnknown => Check::Name,
            Self::PageUnreachable
            | Self::TlsBroken
            | Self::PageInClear
            | Self::PageMissing
            | Self::PageRefused => Check::Page,
            Self::WebsocketDead | Self::LoginRefused => Check::WebSocket,
            Self::ClockOff | Self::ClockDrift => Check::Clock,
            Self::KeySetUnreadable | Self::KeySetStale | Self::KeyUnknown | Self::KeysDiffer => {
                Check::KeySet
            }
            Self::FeedMissing | Self::FeedStale => Check::Feed,
            Self::ClientModuleMissing
            | Self::RouterDropsToken
            | Self::RoomRewritten
            | Self::VerifierUnavailable
            | Self::WrongDeployment
            | Self::LinkRefused
            | Self::RefusedElsewhere
            | Self::JicofoAbsent
            | Self::JoinUnanswered
            | Self::OwnerForEverybody => Check::Guest,
            Self::RoomsUnguarded
            | Self::ForgedAdmitted
            | Self::ExpiredAdmitted
            | Self::OtherRoomAdmitted
            | Self::OtherQueryAdmitted => Check::Thief,
            Self::RoomCreationOpen => Check::Creation,
            Self::LobbyUnguarded
            | Self::BreakoutUnguarded
            | Self::InternalMucOpen
            | Self::MucUnguarded => Check::Doors,
            Self::ConferenceRequestOpen | Self::FocusUserOpen => Check::Requests,
            Self::HttpRequestOpen => Check::HttpRequest,
            Self::RouterSplitsRooms => Check::Routing,
            Self::RoomsListed => Check::Listing,
            Self::TokenInLog => Check::Log,
            Self::WatchMode | Self::DoorReportsError | Self::DoorWarns | Self::VersionsDiffer => {
                Check::Shell
            }
        }
    }

    /// How bad it is.
    pub(crate) const fn gravity(self) -> Gravity {
        match self {
            Self::ClockDrift
            | Self::RoomCreationOpen
            | Self::RoomsListed
            | Self::DoorWarns
            | Self::VersionsDiffer => Gravity::Advice,
            Self::PageInClear
            | Self::OwnerForEverybody
            | Self::RoomsUnguarded
            | Self::ForgedAdmitted
            | Self::ExpiredAdmitted
            | Self::OtherRoomAdmitted
            | Self::OtherQueryAdmitted
            | Self::LobbyUnguarded
            | Self::BreakoutUnguarded
            | Self::InternalMucOpen
            | Self::MucUnguarded
            | Self::ConferenceRequestOpen
            | Self::FocusUserOpen
            | Self::HttpRequestOpen
            | Self::RouterSplitsRooms
            | Self::TokenInLog
            | Self::WatchMode => Gravity::Open,
            Self::NameUnknown
            | Self::PageUnreachable
            | Self::TlsBroken
            | Self::PageMissing
            | Self::PageRefused
            | Self::WebsocketDead
            | Self::LoginRefused
            | Self::ClockOff
            | Self::KeySetUnreadable
            | Self::KeySetStale
            | Self::KeyUnknown
            | Self::KeysDiffer
            | Self::FeedMissing
            | Self::FeedStale
            | Self::ClientModuleMissing
            | Self::RouterDropsToken
            | Self::RoomRewritten
            | Self::VerifierUnavailable
            | Self::WrongDeployment
            | Self::LinkRefused
            | Self::RefusedElsewhere
            | Self::JicofoAbsent
            | Self::JoinUnanswered
            | Self::DoorReportsError => Gravity::Shut,
        }
    }
}
