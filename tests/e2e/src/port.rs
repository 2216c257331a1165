//! Ports that stay ours from the moment they are chosen.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::process;
use std::sync::Arc;

/// Below the range from which the kernel hands out ports for outgoing connections.
const RANGE: std::ops::Range<u16> = 18_000..32_000;

/// A free TCP port on loopback, reserved for one actor.
///
/// An actor binds its port itself, some time after we have chosen it. In between, and
/// while it restarts, a UDP socket on the same number keeps other stages away; the
/// kernel takes the reservation back even from a process that was killed.
#[derive(Clone, Debug)]
pub struct Port {
    number: u16,
    _reservation: Arc<UdpSocket>,
}

impl Port {
    /// Reserves any free port.
    ///
    /// # Panics
    /// When all of them are taken.
    pub fn any() -> Self {
        // Stages of parallel processes begin their search far from each other.
        let offset = process::id() as usize * 97 % RANGE.len();
        RANGE
            .cycle()
            .skip(offset)
            .take(RANGE.len())
            .find_map(Self::reserve)
            .expect("no free port on loopback")
    }

    /// Reserves this very port, unless somebody has it.
    pub fn reserve(number: u16) -> Option<Self> {
        let address = (Ipv4Addr::LOCALHOST, number);
        let reservation = UdpSocket::bind(address).ok()?;
        TcpListener::bind(address).ok()?;
        Some(Self {
            number,
            _reservation: Arc::new(reservation),
        })
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Where its actor listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.number).into()
    }
}
