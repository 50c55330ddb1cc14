//! A request's body and the envelope around it, in one buffer: a body may be large.

use std::mem;
use std::ops::Range;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use superoffice_soap::{Contract, ENVELOPE_TAIL};

use crate::agent::RequestHeaders;
use crate::secret::Secret;

/// Room for an envelope around a body that is written first: its head with a ticket as long as most
/// are, and its tail. With a small body it stays under 1,000 bytes: glibc tidies up its lists of small
/// blocks when it is asked for more than that.
pub(crate) const ENVELOPE_ROOM: usize = 600;

/// A body, alone until it is sent.
#[derive(Default)]
pub(crate) struct Message {
    bytes: Bytes,
    /// Where the body stands in them.
    body: Range<usize>,
}

impl Message {
    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.body.clone()]
    }

    /// The body in its envelope, if it has one.
    pub(crate) fn whole(&self) -> Bytes {
        self.bytes.clone()
    }

    /// Puts an envelope with this head around the body, in place of the one that it has.
    /// The body is moved within its buffer, and copied only while somebody still holds what was the
    /// whole before.
    pub(crate) fn enclose(&mut self, head: &[u8]) {
        let body = self.body.clone();
        self.body = head.len()..head.len() + body.len();
        let mut bytes = Vec::from(mem::take(&mut self.bytes));
        let needed = self.body.end + ENVELOPE_TAIL.len();
        bytes.reserve_exact(needed.saturating_sub(bytes.len()));
        bytes.resize(needed.max(bytes.len()), 0);
        bytes.copy_within(body, self.body.start);
        bytes.truncate(needed);
        bytes[..self.body.start].copy_from_slice(head);
        bytes[self.body.end..].copy_from_slice(ENVELOPE_TAIL);
        self.bytes = Bytes::from(bytes);
    }
}

impl From<Vec<u8>> for Message {
    fn from(body: Vec<u8>) -> Self {
        Self {
            body: 0..body.len(),
            bytes: body.into(),
        }
    }
}

/// What the head of an envelope depends on beside a connection's settings.
#[derive(Clone)]
pub(crate) struct HeadOf {
    pub(crate) contract: &'static Contract,
    pub(crate) headers: RequestHeaders,
    pub(crate) ticket: Option<Secret>,
}

impl PartialEq for HeadOf {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.contract, other.contract)
            && self.headers == other.headers
            && self.ticket == other.ticket
    }
}

/// The head of the latest envelope: most calls of a connection have the same.
#[derive(Clone, Default)]
pub(crate) struct LatestHead(Arc<Mutex<Option<(HeadOf, Bytes)>>>);

impl LatestHead {
    /// That head if it is this one, else what `make` makes.
    pub(crate) fn get(&self, of: HeadOf, make: impl FnOnce() -> Vec<u8>) -> Bytes {
        // What panicked, if anything did, was not in the middle of a change.
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, head)) = &*latest
            && *known == of
        {
            return head.clone();
        }
        let head = Bytes::from(make());
        *latest = Some((of, head.clone()));
        head
    }
}

#[cfg(test)]
mod tests {
    use superoffice_soap::{envelope, envelope_head};

    use super::{ENVELOPE_ROOM, Message};

    #[test]
    fn one_envelope_after_the_other_in_one_buffer() {
        let body = vec![b'x'; 200_000];
        let mut buffer = Vec::with_capacity(body.len() + ENVELOPE_ROOM);
        buffer.extend_from_slice(&body);
        let place = buffer.as_ptr();
        let mut message = Message::from(buffer);
        assert_eq!(message.body(), body);
        for headers in [&b"<Ticket>7T:longer</Ticket>"[..], b"", b"<Ticket/>"] {
            message.enclose(&envelope_head(headers));
            let sent = message.whole();
            assert_eq!(sent, envelope(headers, &body));
            assert_eq!(sent.as_ptr(), place, "it was copied");
            assert_eq!(message.body(), body);
        }
    }

    #[test]
    fn what_was_sent_does_not_change() {
        let mut message = Message::from(b"<Op/>".to_vec());
        message.enclose(&envelope_head(b"<A/>"));
        let first = message.whole();
        message.enclose(&envelope_head(b"<LongerB/>"));
        let second = message.whole();
        assert_eq!(first, envelope(b"<A/>", b"<Op/>"));
        assert_eq!(second, envelope(b"<LongerB/>", b"<Op/>"));
        assert_eq!(message.body(), b"<Op/>");
    }
}
