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
        methods.add_method("key_set", |lua, _, ()| lua.create_table());
        methods.add_method("revocations", |_, _, ()| Ok(Value::Nil));
    }
}

#[expect(clippy::panic, reason = "that is what this library is for")]
fn decide() -> LuaResult<()> {
    panic!("the stage asked for this panic")
}

/// Opens the library under the name by which Prosody asks for it.
#[mlua::lua_module]
fn roompass_verifier(lua: &Lua) -> LuaResult<LuaTable> {
    let library = lua.create_table()?;
    library.set("new", lua.create_function(|_, _: LuaTable| Ok(Panicking))?)?;
    library.set(
        "canonical_room",
        lua.create_function(|_, room: LuaString| Ok(room))?,
    )?;
    library.set("guest_text", lua.create_table()?)?;
    library.set("deny_codes", lua.create_table()?)?;
    library.set("version", env!("CARGO_PKG_VERSION"))?;
    Ok(library)
}
