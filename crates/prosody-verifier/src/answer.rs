//! From what Rust decided to the tables that Lua reads.

use mlua::{Lua, LuaString, Result, Table};
use room_token::{
    Admission, Affiliation, Check, Decision, Explanation, KeyId, KeySet, Person, Revocations,
    RoomPattern, SignedBy, StatusList, Timestamp, TokenId,
};

/// The names of a grant's fields, made once: making them anew would be half of what a decision costs beside its
/// signature.
pub(crate) struct Names {
    admits_until: LuaString,
    affiliation: LuaString,
    display_name: LuaString,
    exp: LuaString,
    iat: LuaString,
    jti: LuaString,
    kid: LuaString,
    member: LuaString,
    owner: LuaString,
    room: LuaString,
}

impl Names {
    pub(crate) fn new(lua: &Lua) -> Result<Self> {
        Ok(Self {
            admits_until: lua.create_string("admits_until")?,
            affiliation: lua.create_string("affiliation")?,
            display_name: lua.create_string("display_name")?,
            exp: lua.create_string("exp")?,
            iat: lua.create_string("iat")?,
            jti: lua.create_string("jti")?,
            kid: lua.create_string("kid")?,
            member: lua.create_string(Affiliation::Member.as_str())?,
            owner: lua.create_string(Affiliation::Owner.as_str())?,
            room: lua.create_string("room")?,
        })
    }

    fn affiliation(&self, affiliation: Affiliation) -> &LuaString {
        match affiliation {
            Affiliation::Member => &self.member,
            Affiliation::Owner => &self.owner,
        }
    }

    /// What a door needs first, without a table.
    pub(crate) fn admission<'a>(
        &self,
        admission: &'a Admission,
    ) -> (LuaString, u64, Option<&'a str>) {
        (
            self.affiliation(admission.person().affiliation()).clone(),
            admission.admits_until().as_secs(),
            admission.token_id().map(TokenId::as_str),
        )
    }

    /// What is absent is not set.
    pub(crate) fn grant(&self, lua: &Lua, admission: &Admission) -> Result<Table> {
        let (person, validity) = (admission.person(), admission.validity());
        let table = lua.create_table_with_capacity(0, 8)?;
        match admission.rooms() {
            RoomPattern::Exact(room) => table.raw_set(&self.room, room.as_str())?,
            pattern @ RoomPattern::Prefix { .. } => {
                table.raw_set(&self.room, pattern.to_string())?;
            }
        }
        table.raw_set(&self.affiliation, self.affiliation(person.affiliation()))?;
        table.raw_set(&self.kid, admission.key_id().as_str())?;
        table.raw_set(&self.iat, validity.issued_at().as_secs())?;
        table.raw_set(&self.exp, validity.expires_at().as_secs())?;
        table.raw_set(&self.admits_until, admission.admits_until().as_secs())?;
        if let Some(id) = admission.token_id() {
            table.raw_set(&self.jti, id.as_str())?;
        }
        if let Some(name) = person.name() {
            table.raw_set(&self.display_name, name.as_str())?;
        }
        details(&table, person)?;
        limits(&table, admission)?;
        Ok(table)
    }

    /// What may be said of a refused token.
    pub(crate) fn signed_by(&self, lua: &Lua, signed_by: &SignedBy) -> Result<Table> {
        let table = lua.create_table_with_capacity(0, 3)?;
        table.raw_set(&self.kid, signed_by.key_id.as_str())?;
        if let Some(opens) = signed_by.opens_at {
            table.raw_set("opens_at", opens.as_secs())?;
        }
        if let Some(id) = &signed_by.token_id {
            table.raw_set(&self.jti, id.as_str())?;
        }
        Ok(table)
    }
}

fn details(table: &Table, person: &Person) -> Result<()> {
    for (name, text) in [
        ("user_id", person.id()),
        ("email", person.email()),
        ("avatar", person.avatar()),
    ] {
        if let Some(text) = text {
            table.raw_set(name, text)?;
        }
    }
    Ok(())
}

fn limits(table: &Table, admission: &Admission) -> Result<()> {
    let limits = admission.limits();
    for (name, number) in [
        ("join_by", limits.join_by().map(Timestamp::as_secs)),
        (
            "joins_until",
            admission.joins_until().map(Timestamp::as_secs),
        ),
        ("seats", limits.seats().map(u64::from)),
        ("max_occupants", limits.max_occupants().map(u64::from)),
    ] {
        if let Some(number) = number {
            table.raw_set(name, number)?;
        }
    }
    if let Some(features) = admission.features() {
        table.raw_set("features", features.to_json())?;
    }
    if let Some(parent) = admission.parent() {
        table.raw_set("parent", parent.to_text(admission.key_id()))?;
    }
    Ok(())
}

pub(crate) fn explanation(lua: &Lua, explanation: &Explanation) -> Result<Table> {
    let table = lua.create_table()?;
    let (decision, code) = match explanation.decision() {
        Decision::Admit(_) => ("admit", None),
        Decision::Deny(reason) => ("deny", Some(reason)),
    };
    table.set("decision", decision)?;
    table.set("code", code.map(|reason| reason.code()))?;
    table.set("fix", code.map(ToString::to_string))?;
    let checks: Result<Vec<_>> = explanation
        .checks()
        .iter()
        .map(|done| check(lua, done))
        .collect();
    table.set("checks", checks?)?;
    Ok(table)
}

fn check(lua: &Lua, check: &Check) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("check", check.name().as_str())?;
    table.set("outcome", check.outcome().as_str())?;
    table.set("seen", check.seen())?;
    Ok(table)
}

pub(crate) fn key_set(lua: &Lua, set: &KeySet) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("seq", set.seq())?;
    table.set("issuer", set.issuer())?;
    table.set("issued_at", set.issued_at().map(Timestamp::as_secs))?;
    table.set("expires_at", set.expires_at().map(Timestamp::as_secs))?;
    table.set("signed_by", set.signed_by().map(KeyId::as_str))?;
    let kids: Vec<_> = set.ids().map(KeyId::as_str).collect();
    table.set("kids", kids)?;
    Ok(table)
}

pub(crate) fn revocations(lua: &Lua, feed: &Revocations) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("seq", feed.seq())?;
    table.set("issued_at", feed.issued_at().map(Timestamp::as_secs))?;
    table.set("ttl", feed.ttl())?;
    table.set("entries", feed.len())?;
    Ok(table)
}

pub(crate) fn status_list(lua: &Lua, list: &StatusList) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("uri", list.uri())?;
    table.set("issued_at", list.issued_at().as_secs())?;
    table.set("expires_at", list.expires_at().map(Timestamp::as_secs))?;
    table.set("ttl", list.ttl())?;
    table.set("entries", list.len())?;
    Ok(table)
}
