//! Sessions with one token, for requests that come at once; and what happens when the token goes away.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};

use super::error::Pkcs11Error;
use super::token::{Ready, Token};

/// As many as a small token can have; whoever comes then waits for one.
const MOST_AT_ONCE: usize = 4;

/// A token that was reached once, and is reached again whenever it must.
pub(super) struct Pool {
    token: Token,
    sessions: Mutex<Sessions>,
    one_is_free: Condvar,
    /// Shared by all who have a session; alone is who starts the module anew, for that ends every session.
    module_in_use: RwLock<()>,
    /// The PIN was refused. It is not tried again: each try counts, and the last one locks the token.
    pin_refused: Mutex<Option<Pkcs11Error>>,
}

#[derive(Default)]
struct Sessions {
    idle: Vec<Ready>,
    at_work: usize,
}

impl Pool {
    pub(super) fn of(token: Token) -> Self {
        Self {
            token,
            sessions: Mutex::default(),
            one_is_free: Condvar::new(),
            module_in_use: RwLock::default(),
            pin_refused: Mutex::default(),
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<[u8; 64], Pkcs11Error> {
        let _turn = self.take_turn();
        match self.try_to_sign(message) {
            Err(error) if error.may_pass() => {
                self.start_anew();
                self.try_to_sign(message)
            }
            done => done,
        }
    }

    /// Some modules look for tokens and keys only when they start.
    fn start_anew(&self) {
        let _alone = self.module_in_use.write();
        lock(&self.sessions).idle.clear();
        self.token.start_module_anew();
    }

    fn try_to_sign(&self, message: &[u8]) -> Result<[u8; 64], Pkcs11Error> {
        let _shared = self.module_in_use.read();
        let idle = lock(&self.sessions).idle.pop();
        if let Some(ready) = idle {
            if let Ok(signature) = self.token.sign(&ready, message) {
                lock(&self.sessions).idle.push(ready);
                return Ok(signature);
            }
            // Taken out, or reset: with it went all sessions, and the login.
            drop(ready);
            lock(&self.sessions).idle.clear();
        }
        let ready = self.reach()?;
        let signature = self.token.sign(&ready, message)?;
        lock(&self.sessions).idle.push(ready);
        Ok(signature)
    }

    /// One at a time, so that a wrong PIN is tried once, and not once a request.
    fn reach(&self) -> Result<Ready, Pkcs11Error> {
        let mut refused = lock(&self.pin_refused);
        if let Some(error) = refused.as_ref() {
            return Err(error.clone());
        }
        let ready = self.token.reach();
        if let Err(error) = &ready {
            *refused = Some(error.clone()).filter(Pkcs11Error::is_about_the_pin);
        }
        ready
    }

    fn take_turn(&self) -> Turn<'_> {
        let sessions = lock(&self.sessions);
        let free = |sessions: &mut Sessions| sessions.at_work >= MOST_AT_ONCE;
        let waited = self.one_is_free.wait_while(sessions, free);
        waited.unwrap_or_else(PoisonError::into_inner).at_work += 1;
        Turn(self)
    }
}

/// Given back when it is dropped, whatever happened.
struct Turn<'a>(&'a Pool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        lock(&self.0.sessions).at_work -= 1;
        self.0.one_is_free.notify_one();
    }
}

/// What a panic elsewhere left is whole: nothing here is changed in two steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
