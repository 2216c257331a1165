//! Slow work beside the event loop: reading, checking and keeping a document of 50 MB takes half a second, and Prosody
//! must not stop for so long. The thread never touches Lua; Lua asks now and then whether it is done.

use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;

use mlua::{IntoLua, Lua, MultiValue, Result, UserData, UserDataMethods, Value};
use room_token::Verifier;

use crate::LuaVerifier;
use crate::document::Document;

/// What is done within two milliseconds is not worth a thread.
pub(crate) const SMALL: usize = 64 << 10;

/// What came of it.
pub(crate) enum Product {
    Document(Document),
    Verifier(Box<Verifier>),
    /// Nothing but that it worked.
    Done,
}

pub(crate) type Outcome = std::result::Result<Product, String>;

/// Work under way, or done and waiting to be fetched.
pub(crate) struct Job(Receiver<Outcome>);

impl Job {
    /// Does the work, at once if it is small.
    pub(crate) fn of(bytes: usize, work: impl FnOnce() -> Outcome + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::channel();
        // Nobody listens any more when the module was unloaded meanwhile.
        let run = move || drop(sender.send(work()));
        if bytes <= SMALL {
            run();
        } else {
            // Without a thread there is an answer too: the sender is gone.
            thread::Builder::new()
                .name("roompass".to_owned())
                .spawn(run)
                .ok();
        }
        Self(receiver)
    }

    fn poll(&self) -> Option<Outcome> {
        match self.0.try_recv() {
            Ok(outcome) => Some(outcome),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                let text = "the work beside the event loop ended without a result; is this machine out of threads or memory?";
                Some(Err(text.to_owned()))
            }
        }
    }
}

impl UserData for Job {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("poll", |lua, job, (): ()| {
            let Some(outcome) = job.poll() else {
                return Ok(MultiValue::from_iter([Value::Boolean(false)]));
            };
            let mut answer = answer(lua, outcome)?;
            answer.push_front(Value::Boolean(true));
            Ok(answer)
        });
    }
}

/// The product, or `nil` and a text.
pub(crate) fn answer(lua: &Lua, outcome: Outcome) -> Result<MultiValue> {
    let value = match outcome {
        Ok(Product::Document(document)) => lua.create_userdata(document)?.into_lua(lua)?,
        Ok(Product::Verifier(verifier)) => lua
            .create_userdata(LuaVerifier::new(lua, *verifier)?)?
            .into_lua(lua)?,
        Ok(Product::Done) => Value::Boolean(true),
        Err(text) => {
            return Ok(MultiValue::from_iter([Value::Nil, text.into_lua(lua)?]));
        }
    };
    Ok(MultiValue::from_iter([value]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_work_is_done_at_once() {
        let job = Job::of(SMALL, || Ok(Product::Done));
        assert!(matches!(job.poll(), Some(Ok(Product::Done))));
    }

    #[test]
    fn a_thread_that_dies_leaves_an_answer() {
        let job = Job::of(SMALL + 1, || std::panic::resume_unwind(Box::new(())));
        let outcome = loop {
            if let Some(outcome) = job.poll() {
                break outcome;
            }
            thread::yield_now();
        };
        assert!(outcome.is_err());
    }
}
