//! `require "roompass_verifier"`: the verifier, as Lua sees it.
//!
//! This crate only translates. It opens no file and reads no clock: Prosody hands in the key set, the token and
//! the time. Out comes a grant table, or `nil` and a deny code, as Prosody asks of expected failures; misuse
//! raises. A panic becomes a Lua error, because this library is built to unwind.

use mlua::{
    Function, IntoLuaMulti, Lua, LuaString, MultiValue, Result, Table, UserData, UserDataMethods,
};
use room_token::{
    Admission, Decision, DenyReason, Deployment, DisplayName, KeySet, Leeway, RoomName, Timestamp,
    TokenId, Verifier,
};

/// What `require` returns.
#[mlua::lua_module]
fn roompass_verifier(lua: &Lua) -> Result<Table> {
    let module = lua.create_table()?;
    module.set("version", env!("CARGO_PKG_VERSION"))?;
    module.set("new", lua.create_function(new)?)?;
    module.set("canonical_room", canonical_room(lua)?)?;
    module.set(
        "deny_codes",
        DenyReason::ALL
            .iter()
            .map(|reason| reason.code())
            .collect::<Vec<_>>(),
    )?;
    let texts = DenyReason::ALL
        .iter()
        .map(|reason| (reason.code(), reason.guest_text()));
    module.set("guest_text", lua.create_table_from(texts)?)?;
    Ok(module)
}

/// `new { key_set = …, issuer = …, audience = …, leeway = … }` → verifier, or `nil` and a text.
#[expect(
    clippy::needless_pass_by_value,
    reason = "mlua hands arguments over by value"
)]
fn new(lua: &Lua, settings: Table) -> Result<MultiValue> {
    match verifier(&settings)? {
        Ok(verifier) => LuaVerifier(verifier).into_lua_multi(lua),
        Err(text) => (mlua::Nil, text).into_lua_multi(lua),
    }
}

/// The outer error is misuse (a setting of the wrong type), the inner one a setting that cannot be.
fn verifier(settings: &Table) -> Result<std::result::Result<Verifier, String>> {
    let key_set: LuaString = settings.get("key_set")?;
    let issuer: Option<String> = settings.get("issuer")?;
    let audience: Option<String> = settings.get("audience")?;
    let leeway: Option<u64> = settings.get("leeway")?;
    let build = || -> std::result::Result<Verifier, Box<dyn std::error::Error>> {
        let deployment = Deployment::new(
            issuer.as_deref().unwrap_or(Deployment::DEFAULT_ISSUER),
            audience.as_deref().unwrap_or(Deployment::DEFAULT_AUDIENCE),
        )?;
        let leeway = leeway.map_or(Ok(Leeway::DEFAULT), Leeway::from_secs)?;
        let key_set = KeySet::parse(&key_set.as_bytes())?;
        Ok(Verifier::new(key_set, deployment)?.with_leeway(leeway))
    };
    Ok(build().map_err(|error| error.to_string()))
}

/// `canonical_room(text)` → the name, or `nil` and a text.
fn canonical_room(lua: &Lua) -> Result<Function> {
    lua.create_function(|lua, typed: LuaString| {
        // Lossy: bytes that are not UTF-8 name no room, and are no Lua error either.
        match RoomName::parse(&typed.to_string_lossy()) {
            Ok(name) => name.as_str().into_lua_multi(lua),
            Err(error) => (mlua::Nil, error.to_string()).into_lua_multi(lua),
        }
    })
}

struct LuaVerifier(Verifier);

impl UserData for LuaVerifier {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("decide", decide);
    }
}

/// `decide(token, room, now)` → grant, or `nil` and a code.
fn decide(
    lua: &Lua,
    this: &LuaVerifier,
    (token, room, now): (Option<LuaString>, LuaString, u64),
) -> Result<MultiValue> {
    let token = token
        .map(|token| token.to_string_lossy())
        .unwrap_or_default();
    let now = Timestamp::from_secs(now).map_err(mlua::Error::external)?;
    match this.0.decide(&token, &room.to_string_lossy(), now) {
        Decision::Admit(admission) => grant(lua, &this.0, &admission)?.into_lua_multi(lua),
        Decision::Deny(reason) => (mlua::Nil, reason.code()).into_lua_multi(lua),
    }
}

fn grant(lua: &Lua, verifier: &Verifier, admission: &Admission) -> Result<Table> {
    let (person, validity) = (admission.grant().person(), admission.validity());
    let table = lua.create_table_with_capacity(0, 8)?;
    table.set("room", admission.grant().room().as_str())?;
    table.set("affiliation", person.affiliation().as_str())?;
    table.set("display_name", person.name().map(DisplayName::as_str))?;
    table.set("user_id", person.id())?;
    table.set("email", person.email())?;
    table.set("avatar", person.avatar())?;
    table.set("kid", admission.key_id().as_str())?;
    table.set("jti", admission.token_id().map(TokenId::as_str))?;
    table.set("iat", validity.issued_at().as_secs())?;
    table.set("exp", validity.expires_at().as_secs())?;
    table.set("admits_until", verifier.admits_until(admission).as_secs())?;
    Ok(table)
}
