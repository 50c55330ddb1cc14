//! A map that keeps the order and the duplicates of the message.

use crate::{DecodeError, Element, Item, Kind, Reader, Value, Writer};

/// Keys and values in the order they came.
///
/// Lookup is linear: SuperOffice's dictionaries are small. Collect into a `HashMap` where that counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dictionary<K, V>(Vec<(K, V)>);

impl<K, V> Default for Dictionary<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Item, V: Item> Value for Dictionary<K, V> {
    fn read(&mut self, _: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        unimplemented!()
    }

    fn write(&self, _: &mut Writer, _: &Element) {
        unimplemented!()
    }
}

impl<K: Item, V: Item> Item for Dictionary<K, V> {
    fn blank() -> Self {
        Self::default()
    }
}
