//! Lua unloads this library when it ends, and a thread of ours may still be running in it: it stays in memory.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
}
