//! From what Rust decided to the tables that Lua reads.

use mlua::{Lua, Result, Table};
use room_token::{
    Admission, Check, Decision, DisplayName, Explanation, Features, Revocations, Timestamp, TokenId,
};

pub(crate) fn grant(lua: &Lua, admission: &Admission) -> Result<Table> {
    let (person, validity) = (admission.person(), admission.validity());
    let limits = admission.limits();
    let table = lua.create_table_with_capacity(0, 12)?;
    table.set("room", admission.rooms().to_string())?;
    table.set("affiliation", person.affiliation().as_str())?;
    table.set("display_name", person.name().map(DisplayName::as_str))?;
    table.set("user_id", person.id())?;
    table.set("email", person.email())?;
    table.set("avatar", person.avatar())?;
    table.set("features", admission.features().map(Features::to_json))?;
    table.set("join_by", limits.join_by().map(Timestamp::as_secs))?;
    table.set(
        "joins_until",
        admission.joins_until().map(Timestamp::as_secs),
    )?;
    table.set("seats", limits.seats())?;
    table.set("max_occupants", limits.max_occupants())?;
    table.set("kid", admission.key_id().as_str())?;
    table.set("jti", admission.token_id().map(TokenId::as_str))?;
    table.set("iat", validity.issued_at().as_secs())?;
    table.set("exp", validity.expires_at().as_secs())?;
    table.set("admits_until", admission.admits_until().as_secs())?;
    Ok(table)
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

pub(crate) fn revocations(lua: &Lua, feed: &Revocations) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("seq", feed.seq())?;
    table.set("issued_at", feed.issued_at().map(Timestamp::as_secs))?;
    table.set("ttl", feed.ttl())?;
    table.set("entries", feed.len())?;
    Ok(table)
}
