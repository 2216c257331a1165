//! What a person says about their installation.

use std::path::PathBuf;

use crate::deployment::DeploymentArgs;

/// Look at every leg of an installation as a guest and as a thief, and say what to mend
///
/// Asks for the page, goes to the rooms of each shard with a good link and with bad ones, and tries the other
/// doors. With --key it signs its own links, for two minutes and for rooms of random names. Shows no token.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass doctor https://meet.example.org --key signing.pem
  roompass doctor https://meet.example.org --key signing.pem \\
    --shard a=wss://a.internal/xmpp-websocket --shard b=wss://b.internal/xmpp-websocket
  roompass doctor https://meet.example.org --key signing.pem --access-log access.log --json
  roompass doctor --link - < link.txt
  roompass doctor https://meet.example.org --prosodyctl --key-set /etc/prosody/roompass.jwks.json

Exit status: 0 nothing to mend, 1 a door is open or guests are kept out, 2 could not look.
Each finding has a section in docs/doctor.md.")]
pub(crate) struct Args {
    /// Where the Jitsi installation is [default: where --link leads]
    #[arg(value_name = "URL", env = "ROOMPASS_BASE_URL")]
    pub(super) url: Option<String>,

    /// Sign links with this key: a file, a folder of `roompass keys init`, or a `pkcs11:` URI
    #[arg(long, value_name = "FILE|FOLDER|URI", env = "ROOMPASS_KEY")]
    pub(super) key: Option<PathBuf>,

    /// A good link in place of a key, or `-` to read it from standard input; its room is entered
    #[arg(long, value_name = "LINK")]
    pub(super) link: Option<String>,

    /// With what the names of the rooms begin, for a key that may sign for some rooms only
    #[arg(long, value_name = "PREFIX", default_value = "roompass-doctor-")]
    pub(super) room_prefix: String,

    /// A shard, past the router; may be given again
    #[arg(long, value_name = "NAME=URL")]
    pub(super) shard: Vec<String>,

    #[arg(
        long,
        value_name = "URL",
        help = "The WebSocket that guests use [default: wss://HOST/xmpp-websocket; ws:// for http://]"
    )]
    pub(super) service_url: Option<String>,

    /// The XMPP domain [default: the host of the URL]
    #[arg(long, value_name = "DOMAIN")]
    pub(super) domain: Option<String>,

    /// The host of the rooms [default: conference.DOMAIN]
    #[arg(long, value_name = "HOST")]
    pub(super) muc: Option<String>,

    /// The host that takes conference requests [default: focus.DOMAIN]
    #[arg(long, value_name = "HOST")]
    pub(super) focus: Option<String>,

    #[arg(
        long,
        value_name = "JID",
        help = "Jicofo's own address [default: focus@auth.DOMAIN/focus]"
    )]
    pub(super) focus_user: Option<String>,

    /// A host with rooms that is open on purpose; may be given again
    #[arg(long, value_name = "HOST")]
    pub(super) unguarded: Vec<String>,

    /// A copy of the key set; several are compared
    #[arg(long, value_name = "FILE|URL")]
    pub(super) key_set: Vec<String>,

    /// The root's public key, with which the key sets are signed
    #[arg(long, value_name = "FILE")]
    pub(super) root_key: Option<PathBuf>,

    /// A copy of the revocations; may be given again
    #[arg(long, value_name = "FILE|URL", requires = "key_set")]
    pub(super) revocations: Vec<String>,

    /// How old the revocations may be
    #[arg(long, value_name = "SPAN", default_value = "1h")]
    pub(super) max_stale: String,

    /// An access log that must not hold the token this run uses; may be given again
    #[arg(long, value_name = "FILE")]
    pub(super) access_log: Vec<PathBuf>,

    /// Ask this machine's Prosody too
    #[arg(
        long,
        value_name = "PROGRAM",
        num_args = 0..=1,
        default_missing_value = "prosodyctl"
    )]
    pub(super) prosodyctl: Option<PathBuf>,

    /// Be done after so many seconds, whatever does not answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..=600))]
    pub(super) timeout: u64,

    #[command(flatten)]
    pub(super) deployment: DeploymentArgs,

    /// Allow the development key, with which everybody can sign
    #[arg(long)]
    pub(super) dev: bool,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}
