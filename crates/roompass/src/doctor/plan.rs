//! What will be looked at: everything that was said, parsed once.

use std::path::PathBuf;
use std::time::Duration;

use issuer::{BaseUrl, ReceivedLink};
use room_token::{Deployment, RootKey};
use url::Url;

use super::args::Args;
use super::observation::Leg;
use super::{ROUTER, errand::Pass};
use crate::failure::Failure;
use crate::{argument, files, signing_key, times};

/// A whole installation, as far as we know it.
pub(super) struct Plan {
    pub(super) base: BaseUrl,
    pub(super) hosts: Hosts,
    pub(super) legs: Vec<(Leg, Url)>,
    pub(super) pass: Pass,
    pub(super) copies: Copies,
    pub(super) access_logs: Vec<PathBuf>,
    pub(super) prosodyctl: Option<PathBuf>,
    /// For one question.
    pub(super) patience: Duration,
    /// For everything.
    pub(super) most: Duration,
}

/// The names inside the XMPP server.
#[derive(Clone, Debug)]
pub(super) struct Hosts {
    pub(super) domain: String,
    pub(super) muc: String,
    pub(super) focus: String,
    pub(super) focus_user: String,
    /// Open on purpose.
    pub(super) unguarded: Vec<String>,
}

/// Where key sets and feeds lie.
#[derive(Debug)]
pub(super) struct Copies {
    pub(super) key_sets: Vec<String>,
    pub(super) feeds: Vec<String>,
    pub(super) root: Option<RootKey>,
    pub(super) deployment: Deployment,
    /// In seconds.
    pub(super) max_stale: u64,
}

/// Nobody waits longer for one answer.
const LONGEST: Duration = Duration::from_secs(10);

impl Plan {
    pub(super) fn of(args: &Args) -> Result<Self, Failure> {
        let link = args.link.as_deref().map(argument::read).transpose()?;
        let link = link.map(|text| ReceivedLink::parse(&text)).transpose()?;
        let base = base(args, link.as_ref())?;
        let most = Duration::from_secs(args.timeout);
        Ok(Self {
            hosts: Hosts::of(args, &base),
            legs: legs(args, &base)?,
            pass: pass(args, link)?,
            copies: copies(args)?,
            access_logs: args.access_log.clone(),
            prosodyctl: args.prosodyctl.clone(),
            // The longest way has seven steps (`probe::leg`), so the last is done in time.
            patience: (most / 8).min(LONGEST),
            most,
            base,
        })
    }
}

fn base(args: &Args, link: Option<&ReceivedLink>) -> Result<BaseUrl, Failure> {
    let typed = match (&args.url, link) {
        (Some(typed), _) => typed.clone(),
        (None, Some(link)) => link_base(link)?,
        (None, None) => {
            let hint = "write `roompass doctor https://meet.example.org`, or give a --link";
            return Err(Failure::new("no installation was named", hint));
        }
    };
    BaseUrl::parse(&typed).map_err(|e| Failure::because("URL", &e))
}

fn link_base(link: &ReceivedLink) -> Result<String, Failure> {
    let origin = link.url().origin().ascii_serialization();
    Ok(match link.place()?.tenant {
        Some(tenant) => format!("{origin}/{tenant}"),
        None => origin,
    })
}

impl Hosts {
    fn of(args: &Args, base: &BaseUrl) -> Self {
        let domain = args.domain.as_deref().unwrap_or(base.host()).to_owned();
        let or = |given: &Option<String>, usual: String| given.clone().unwrap_or(usual);
        let muc = match base.tenant() {
            Some(tenant) => format!("conference.{tenant}.{domain}"),
            None => format!("conference.{domain}"),
        };
        Self {
            muc: or(&args.muc, muc),
            focus: or(&args.focus, format!("focus.{domain}")),
            focus_user: or(&args.focus_user, format!("focus@auth.{domain}/focus")),
            unguarded: args.unguarded.clone(),
            domain,
        }
    }
}

fn legs(args: &Args, base: &BaseUrl) -> Result<Vec<(Leg, Url)>, Failure> {
    let beside = base.origin().replacen("http", "ws", 1) + "/xmpp-websocket";
    let router = match &args.service_url {
        Some(typed) => websocket("--service-url", typed)?,
        None => websocket("URL", &beside)?,
    };
    let leg = |name: &str, is_router| Leg {
        name: name.to_owned(),
        is_router,
    };
    let mut legs = vec![(leg(ROUTER, true), router)];
    for typed in &args.shard {
        let hint = "write it like --shard a=wss://a.example.org/xmpp-websocket";
        let named = typed.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, url) =
            named.ok_or_else(|| Failure::new(format!("--shard {typed} has no name"), hint))?;
        legs.push((leg(name, false), websocket("--shard", url)?));
    }
    Ok(legs)
}

fn websocket(option: &str, typed: &str) -> Result<Url, Failure> {
    let hint = "write it like wss://meet.example.org/xmpp-websocket";
    let url =
        Url::parse(typed).map_err(|e| Failure::new(format!("{option} {typed}: {e}"), hint))?;
    if !["ws", "wss"].contains(&url.scheme()) {
        return Err(Failure::new(
            format!("{option} {typed} is not a WebSocket"),
            hint,
        ));
    }
    Ok(url)
}

/// A link that was given says more about a fault than a link of our own, so it comes first.
fn pass(args: &Args, link: Option<ReceivedLink>) -> Result<Pass, Failure> {
    if let Some(link) = link {
        return Ok(Pass::Given(link));
    }
    let Some(path) = &args.key else {
        return Ok(Pass::Nothing);
    };
    Ok(Pass::Signed {
        keys: Box::new(signing_key::open(path, args.dev)?),
        deployment: args.deployment.parse()?,
        prefix: args.room_prefix.clone(),
    })
}

fn copies(args: &Args) -> Result<Copies, Failure> {
    Ok(Copies {
        key_sets: args.key_set.clone(),
        feeds: args.revocations.clone(),
        root: files::read_root_key(args.root_key.as_deref())?,
        deployment: args.deployment.parse()?,
        max_stale: times::span("--max-stale", &args.max_stale)?,
    })
}
