//! Where in a message secrets stand, so that it can be shown without them.

use std::mem;
use std::ops::Range;

use super::{Children, Writer};
use crate::{Element, Kind, Value};

impl Writer {
    /// What was written from this place on must not show.
    pub fn mark_secret(&mut self, from: usize) {
        self.secrets.push(from..self.out.len());
    }

    /// The elements that must not show, as places in what was written; in their order, and leaves
    /// nothing behind.
    pub fn take_secrets(&mut self) -> Vec<Range<usize>> {
        mem::take(&mut self.secrets)
    }
}

impl Children<'_, '_> {
    pub(super) fn secret(&mut self, name: &'static str, value: &dyn Value, kind: Kind) {
        if !self.notes.is_empty() {
            self.before();
        }
        let element = Element::new(name, self.namespace, kind);
        let from = self.writer.out.len();
        value.write(self.writer, &element);
        self.writer.mark_secret(from);
        self.writer.notes.clear();
        self.index += 1;
    }
}
