//! A verifier that panics, so that a test can see the door stay shut.
//!
//! Prosody finds in it everything the real one has; it loads without a complaint, and
//! breaks when the first guest stands before the door.

use mlua::prelude::{Lua, LuaResult, LuaString, LuaTable};
use mlua::{UserData, UserDataMethods, Value, Variadic};

struct Panicking;

impl UserData for Panicking {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("decide", |_, _, _: Variadic<Value>| -> LuaResult<()> {
            decide()
        });
        methods.add_method("digest", |_, _, ()| Ok(""));
        methods.add_method("key_set", |lua, _, ()| lua.create_table());
        methods.add_method("revocations", |_, _, ()| Ok(Value::Nil));
        methods.add_method("status_list", |_, _, ()| Ok(Value::Nil));
    }
}

#[expect(clippy::panic, reason = "that is what this library is for")]
fn decide() -> LuaResult<()> {
    panic!("the stage asked for this panic")
}

/// Whatever is to be read, made or kept: it is done, and breaks when it is asked.
fn job(lua: &Lua, _: Variadic<Value>) -> LuaResult<LuaTable> {
    let job = lua.create_table()?;
    let poll = lua.create_function(|_, _: LuaTable| Ok((true, Panicking)))?;
    job.set("poll", poll)?;
    Ok(job)
}

/// Opens the library under the name by which Prosody asks for it.
#[mlua::lua_module]
fn roompass_verifier(lua: &Lua) -> LuaResult<LuaTable> {
    let library = lua.create_table()?;
    library.set("new", lua.create_function(|_, _: LuaTable| Ok(Panicking))?)?;
    for name in ["build", "keep", "read"] {
        library.set(name, lua.create_function(job)?)?;
    }
    library.set(
        "canonical_room",
        lua.create_function(|_, room: LuaString| Ok(room))?,
    )?;
    library.set("guest_text", lua.create_table()?)?;
    library.set("deny_codes", lua.create_table()?)?;
    library.set("version", env!("CARGO_PKG_VERSION"))?;
    Ok(library)
}
