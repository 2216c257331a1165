//! Telling systemd that the service is ready (`sd_notify(3)`, `Type=notify`): one datagram.

use std::ffi::OsString;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Says so, where somebody listens. Nobody does outside systemd, and a service that cannot say it serves all the same.
pub(crate) fn ready() {
    if let Some(socket) = std::env::var_os("NOTIFY_SOCKET") {
        send(&socket).ok();
    }
}

fn send(socket: &OsString) -> std::io::Result<usize> {
    let address = match socket.as_bytes() {
        // An abstract name, of no file.
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        _path => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(b"READY=1", &address)
}
