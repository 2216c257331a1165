//! `require "roompass_verifier"`: the verifier, as Lua sees it.
//!
//! This crate only translates. It reads no clock: Prosody hands in the key set, the token and the time. Out comes a
//! grant table, or `nil` and a deny code, as Prosody asks of expected failures; misuse raises. A panic becomes a Lua
//! error, because this library is built to unwind. What takes long for a big document is a job in a thread.

mod answer;
mod document;
mod files;
mod job;
mod settings;

use std::borrow::Cow;

use mlua::{
    Function, IntoLuaMulti, Lua, LuaString, MultiValue, Result, Table, UserData, UserDataMethods,
};
use room_token::{
    Arrival, Decision, DenyReason, KeyId, Language, Parent, Revocations, RoomName, Stay, Timestamp,
    TokenId, Verifier,
};

use self::answer::Names;
use self::document::Document;
use self::job::{Job, Product};
use self::settings::Settings;

/// What `require` returns.
#[mlua::lua_module]
fn roompass_verifier(lua: &Lua) -> Result<Table> {
    let module = lua.create_table()?;
    module.set("version", env!("CARGO_PKG_VERSION"))?;
    module.set("new", lua.create_function(new)?)?;
    module.set("build", lua.create_function(build)?)?;
    module.set(
        "document",
        lua.create_function(|_, limit| Ok(Document::up_to(limit)))?,
    )?;
    module.set("seal", lua.create_function(|_, asked| Ok(seal(asked)))?)?;
    module.set("read", lua.create_function(|_, asked| Ok(read(asked)))?)?;
    module.set("keep", lua.create_function(|_, asked| Ok(keep(asked)))?)?;
    module.set("canonical_room", canonical_room(lua)?)?;
    module.set(
        "deny_codes",
        DenyReason::ALL
            .iter()
            .map(|reason| reason.code())
            .collect::<Vec<_>>(),
    )?;
    add_words(lua, &module)?;
    Ok(module)
}

/// What guests are told: all sentences in English, and one in a language of theirs.
fn add_words(lua: &Lua, module: &Table) -> Result<()> {
    let texts = DenyReason::ALL
        .iter()
        .map(|reason| (reason.code(), reason.guest_text()));
    module.set("guest_text", lua.create_table_from(texts)?)?;
    module.set(
        "guest_words",
        lua.create_function(
            |_, (code, languages, opens_in): (LuaString, LuaString, _)| {
                Ok(guest_words(&code, &languages, opens_in))
            },
        )?,
    )?;
    module.set(
        "ending_words",
        lua.create_function(|_, (languages, seconds): (LuaString, _)| {
            Ok(ending_words(&languages, seconds))
        })?,
    )
}

/// `guest_words(code, languages, opens_in)` → what the guest is told: in the best of the languages, which are an
/// `Accept-Language` (RFC 9110 §12.5.4), and for somebody who is early with the seconds until the door opens; `nil` for a
/// code that is none.
fn guest_words(code: &LuaString, languages: &LuaString, opens_in: Option<u64>) -> Option<String> {
    let code = code.to_string_lossy();
    let reason = DenyReason::ALL.iter().find(|reason| reason.code() == code);
    let language = Language::preferred(&languages.to_string_lossy());
    reason.map(|reason| reason.guest_text_before(language, opens_in).into_owned())
}

/// `ending_words(languages, seconds)` → what somebody in a room is told whose link ends in so many seconds.
fn ending_words(languages: &LuaString, seconds: u64) -> String {
    let language = Language::preferred(&languages.to_string_lossy());
    room_token::ending_text(language, seconds)
}

/// `new { key_set = …, root_key = …, seen_key_set = …, issuer = …, audience = …, leeway = …, revocations = …, seen = …,
/// max_stale = …, status_list = …, seen_status_list = … }` → verifier, or `nil` and a text. With a root key, the key set is a signed one; without, a plain one.
#[expect(
    clippy::needless_pass_by_value,
    reason = "mlua hands arguments over by value"
)]
fn new(lua: &Lua, settings: Table) -> Result<MultiValue> {
    job::answer(lua, outcome(&settings::read(&settings)?))
}

fn outcome(settings: &Settings) -> job::Outcome {
    let verifier = settings.verifier()?;
    Ok(Product::Verifier(Box::new(verifier)))
}

/// The same as [`new`] → a job whose product is the verifier.
#[expect(
    clippy::needless_pass_by_value,
    reason = "mlua hands arguments over by value"
)]
fn build(_: &Lua, settings: Table) -> Result<Job> {
    let settings = settings::read(&settings)?;
    Ok(Job::of(settings.bytes(), move || outcome(&settings)))
}

/// `seal(document)` → a job whose product is the document, its digest worked out.
fn seal(document: Document) -> Job {
    Job::of(document.bytes().len(), move || {
        document.digest();
        Ok(Product::Document(document))
    })
}

/// `read(path, size, limit)` → a job whose product is the sealed document. By the size it is done at once or not.
fn read((path, size, limit): (LuaString, usize, usize)) -> Job {
    let path = document::path(&path);
    Job::of(size, move || {
        let document = files::read(&path, limit).map_err(|e| format!("{}: {e}", path.display()))?;
        document.digest();
        Ok(Product::Document(document))
    })
}

/// `keep(path, document)` → a job that writes it there. Never at once: a disk may take its time.
fn keep((path, document): (LuaString, Document)) -> Job {
    let path = document::path(&path);
    Job::of(usize::MAX, move || {
        files::keep(&path, document.bytes()).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Product::Done)
    })
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

/// The verifier is there until Lua drops it.
struct LuaVerifier {
    verifier: Option<Verifier>,
    names: Names,
}

impl LuaVerifier {
    fn new(lua: &Lua, verifier: Verifier) -> Result<Self> {
        Ok(Self {
            verifier: Some(verifier),
            names: Names::new(lua)?,
        })
    }

    fn verifier(&self) -> Result<&Verifier> {
        let verifier = self.verifier.as_ref();
        verifier.ok_or_else(|| mlua::Error::runtime("this verifier is no more"))
    }
}

/// A million names are many small pieces of memory, and Lua drops a verifier in the middle of the event loop.
impl Drop for LuaVerifier {
    fn drop(&mut self) {
        let verifier = self.verifier.take();
        let names = verifier
            .as_ref()
            .and_then(Verifier::revocations)
            .map_or(0, Revocations::len);
        if names > job::SMALL / size_of::<u64>() {
            Job::of(usize::MAX, move || {
                drop(verifier);
                Ok(Product::Done)
            });
        }
    }
}

impl UserData for LuaVerifier {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("admits", admits);
        methods.add_method("decide", decide);
        methods.add_method("explain", explain);
        methods.add_method("key_set", key_set);
        methods.add_method("revocations", revocations);
        methods.add_method("ends_stay", ends_stay);
        methods.add_method("status_list", status_list);
    }
}

type Question = (Option<LuaString>, LuaString, u64, Option<Table>);

type Answer = (Option<Table>, Option<&'static str>, Option<Table>);

/// `decide(token, room, now [, { returning = …, same_token = …, occupants = … }])` → grant, or `nil`, a code, and
/// `{ kid = …, jti = … }` if the signature holds.
#[expect(
    clippy::needless_pass_by_value,
    reason = "mlua hands arguments over by value"
)]
fn decide(lua: &Lua, this: &LuaVerifier, question: Question) -> Result<Answer> {
    let verifier = this.verifier()?;
    let (decision, signed_by) = asked(&question, |token, arrival| {
        verifier.decide_and_name(token, arrival)
    })?;
    match decision {
        Decision::Admit(admission) => Ok((Some(this.names.grant(lua, &admission)?), None, None)),
        Decision::Deny(reason) => {
            let named = signed_by.map(|signed_by| this.names.signed_by(lua, &signed_by));
            Ok((None, Some(reason.code()), named.transpose()?))
        }
    }
}

/// The same question → affiliation, the first second at which that no longer holds, and `jti` or `nil`; or `nil` and a
/// code. For who needs no more: it makes no table.
#[expect(
    clippy::needless_pass_by_value,
    reason = "mlua hands arguments over by value"
)]
fn admits(lua: &Lua, this: &LuaVerifier, question: Question) -> Result<MultiValue> {
    let verifier = this.verifier()?;
    let decision = asked(&question, |token, arrival| {
        verifier.decide_for(token, arrival)
    })?;
    match decision {
        Decision::Admit(admission) => this.names.admission(&admission).into_lua_multi(lua),
        Decision::Deny(reason) => (mlua::Nil, reason.code()).into_lua_multi(lua),
    }
}

/// `status_list()` → `{ uri, issued_at, expires_at, ttl, entries }`, or `nil` if it has none.
fn status_list(lua: &Lua, this: &LuaVerifier, (): ()) -> Result<Option<Table>> {
    let list = this.verifier()?.status_list();
    list.map(|list| answer::status_list(lua, list)).transpose()
}

/// The same question → `{ decision = "admit"|"deny", code = …, checks = { { check, outcome, seen }, … } }`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "mlua hands arguments over by value"
)]
fn explain(lua: &Lua, this: &LuaVerifier, question: Question) -> Result<Table> {
    let verifier = this.verifier()?;
    let explanation = asked(&question, |token, arrival| {
        verifier.explain_for(token, arrival)
    })?;
    answer::explanation(lua, &explanation)
}

/// `key_set()` → `{ seq, issuer, issued_at, expires_at, signed_by, kids = { … } }`; what is absent is `nil`.
fn key_set(lua: &Lua, this: &LuaVerifier, (): ()) -> Result<Table> {
    answer::key_set(lua, this.verifier()?.key_set())
}

/// `revocations()` → `{ seq, issued_at, ttl, entries }`, or `nil` if it has none.
fn revocations(lua: &Lua, this: &LuaVerifier, (): ()) -> Result<Option<Table>> {
    this.verifier()?
        .revocations()
        .map(|feed| answer::revocations(lua, feed))
        .transpose()
}

/// `ends_stay(grant, room)` → whether somebody who came in with this grant must leave that room.
fn ends_stay(_: &Lua, this: &LuaVerifier, (grant, room): (Table, LuaString)) -> Result<bool> {
    let Some(feed) = this.verifier()?.revocations() else {
        return Ok(false);
    };
    let text = |name| grant.get::<Option<String>>(name);
    let (id, key, person) = (text("jti")?, text("kid")?, text("user_id")?);
    // What is no id can be named by no entry.
    let id = id.and_then(|id| TokenId::parse(&id).ok());
    let Some(key) = key.and_then(|id| KeyId::parse(&id).ok()) else {
        return Ok(false);
    };
    let parent = text("parent")?.map(|parent| Parent::parse(&parent));
    let parent = parent.transpose().map_err(mlua::Error::external)?;
    let issued_at = Timestamp::from_secs(grant.get("iat")?).map_err(mlua::Error::external)?;
    Ok(feed.ends(&Stay {
        id: id.as_ref(),
        key: &key,
        person: person.as_deref(),
        room: &room.to_string_lossy(),
        issued_at,
        parent: parent.as_ref(),
    }))
}

/// Puts the question as Rust asks it. Lossy, so that bytes which are not UTF-8 are malformed rather than a Lua error.
fn asked<T>(
    (token, room, now, circumstances): &Question,
    ask: impl FnOnce(&str, &Arrival<'_>) -> T,
) -> Result<T> {
    let (token, room) = (token.as_ref().map(LuaString::as_bytes), room.as_bytes());
    let token = token
        .as_ref()
        .map_or(Cow::Borrowed(""), |bytes| String::from_utf8_lossy(bytes));
    let room = String::from_utf8_lossy(&room);
    let now = Timestamp::from_secs(*now).map_err(mlua::Error::external)?;
    let mut arrival = Arrival::first(&room, now);
    if let Some(there) = circumstances {
        arrival.returning = there.get::<Option<bool>>("returning")?.unwrap_or(false);
        arrival.same_token = there.get::<Option<u32>>("same_token")?.unwrap_or(0);
        arrival.occupants = there.get::<Option<u32>>("occupants")?.unwrap_or(0);
    }
    Ok(ask(&token, &arrival))
}
