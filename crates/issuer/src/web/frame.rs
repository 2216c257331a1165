//! What stands around every page: whose links these are, who is signed in, and where they can go.

use room_token::KeyId;

use super::App;
use super::speech::{self, Texts};
use crate::key_file;
use crate::people::{Actor, Role};

/// The head and the foot of a page. `base` stands before every path of ours.
pub(crate) struct Frame {
    pub(crate) base: String,
    /// The Jitsi host, and the tenant.
    pub(crate) place: String,
    pub(crate) key_id: String,
    pub(crate) is_dev_key: bool,
    /// Who is signed in; nobody, where there are no accounts.
    pub(crate) login: Option<String>,
    role: Option<Role>,
    is_unbounded: bool,
    pub(crate) has_ledger: bool,
    /// The language of the page (RFC 5646), and its texts.
    pub(crate) lang: &'static str,
    pub(crate) t: &'static Texts,
}

impl Frame {
    /// Of a page for somebody.
    pub(crate) fn of(app: &App, actor: &Actor) -> Self {
        Self {
            login: actor.session.as_ref().map(|_| actor.name.clone()),
            role: Some(actor.role),
            is_unbounded: actor.rooms.is_all(),
            has_ledger: app.ledger.is_some(),
            ..Self::bare(app)
        }
    }

    pub(crate) fn may_issue(&self) -> bool {
        self.role >= Some(Role::Issuer)
    }

    pub(crate) fn is_administrator(&self) -> bool {
        self.role >= Some(Role::Administrator)
    }

    pub(crate) fn sees_everything(&self) -> bool {
        self.is_administrator() && self.is_unbounded
    }

    /// Of a page for anybody.
    pub(crate) fn bare(app: &App) -> Self {
        let base_url = app.office.base_url().ok();
        let place = base_url.map(|base_url| match base_url.tenant() {
            Some(tenant) => format!("{}/{tenant}", base_url.host()),
            None => base_url.host().to_owned(),
        });
        // A key that cannot be read now is said where it is needed.
        let key_id = app.office.keys.active_id().ok();
        Self {
            base: app.base.clone(),
            place: place.unwrap_or_default(),
            is_dev_key: key_id.as_ref().is_some_and(key_file::is_dev_key),
            key_id: key_id.map(|id: KeyId| id.to_string()).unwrap_or_default(),
            login: None,
            role: None,
            is_unbounded: false,
            has_ledger: false,
            lang: speech::language().tag(),
            t: speech::texts(),
        }
    }
}
