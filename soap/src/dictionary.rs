//! A map that keeps the order and the duplicates of the message.

use std::borrow::Borrow;
use std::fmt;
use std::mem::{self, ManuallyDrop};
use std::slice;
use std::vec;

use crate::value::{Entries, EntrySlots, Slots, erase, erase_mut};
use crate::{DecodeError, Element, Item, Kind, Reader, Value, View, Writer};

/// Keys and values in the order they came.
///
/// A lookup goes through the entries one after another, which is what the few entries of SuperOffice's
/// dictionaries want; collect into a `HashMap` where there are thousands. A message may hold a key
/// twice: both entries are kept and the first one is found.
///
/// ```
/// use superoffice_soap::Dictionary;
///
/// let mut names = Dictionary::from([("no".to_owned(), Some("Norge".to_owned()))]);
/// names.insert("se".to_owned(), Some("Sverige".to_owned()));
/// names.insert("fi".to_owned(), None);
///
/// assert_eq!(names.text("no"), Some("Norge"));
/// assert_eq!(names.text("fi"), None);
/// assert_eq!(names.get("fi"), Some(&None));
/// assert_eq!(names.keys().collect::<Vec<_>>(), ["no", "se", "fi"]);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Dictionary<K, V>(
    /// Dropped in [`drop_entries`].
    ManuallyDrop<Vec<(K, V)>>,
);

impl<K, V> Dictionary<K, V> {
    /// No entries.
    pub const fn new() -> Self {
        Self(ManuallyDrop::new(Vec::new()))
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The entries in their order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter(self.0.iter())
    }

    /// The entries in their order, with values that can be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values in their order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }
}

impl<K, V> Drop for Dictionary<K, V> {
    #[inline]
    fn drop(&mut self) {
        if self.0.capacity() != 0 {
            // SAFETY: nothing uses the entries after this.
            drop_entries(unsafe { ManuallyDrop::take(&mut self.0) });
        }
    }
}

/// By its ABI the compiler knows that this function does not panic (the process would end). Otherwise
/// every struct with a dictionary would be dropped with care, by a loop over its entries in that struct's
/// own code: 5 % of the code of a contract.
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
#[inline(never)]
extern "C" fn drop_entries<K, V>(entries: Vec<(K, V)>) {
    drop(entries);
}

impl<K: PartialEq, V> Dictionary<K, V> {
    /// Whether there is an entry with this key.
    pub fn contains_key<Q: PartialEq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }

    /// The value of this key.
    pub fn get<Q: PartialEq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0
            .iter()
            .find(|(k, _)| k.borrow() == key)
            .map(|(_, value)| value)
    }

    /// The value of this key, to be changed.
    pub fn get_mut<Q: PartialEq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0
            .iter_mut()
            .find(|(k, _)| (*k).borrow() == key)
            .map(|(_, value)| value)
    }

    /// Sets the value of this key, where it stands or as a new last entry; gives the former value.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.0.iter_mut().find(|(k, _)| *k == key) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }

    /// Removes the entry with this key; gives its value.
    pub fn remove<Q: PartialEq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let index = self.0.iter().position(|(k, _)| k.borrow() == key)?;
        Some(self.0.remove(index).1)
    }
}

impl Dictionary<String, Option<String>> {
    /// The text of this key; `None` if there is no such key or its value is null.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_deref()
    }

    /// Sets the text of this key.
    pub fn set_text(&mut self, key: impl Into<String>, text: impl Into<String>) {
        self.insert(key.into(), Some(text.into()));
    }
}

/// Entries by reference; what [`Dictionary::iter`] gives.
#[derive(Clone, Debug)]
pub struct Iter<'a, K, V>(slice::Iter<'a, (K, V)>);

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Dictionary<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K, V> Default for Dictionary<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> IntoIterator for Dictionary<K, V> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(mut self) -> Self::IntoIter {
        mem::take(&mut *self.0).into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a Dictionary<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Keeps what comes as it comes, keys that come twice too.
impl<K, V> FromIterator<(K, V)> for Dictionary<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(ManuallyDrop::new(entries.into_iter().collect()))
    }
}

impl<K: PartialEq, V> Extend<(K, V)> for Dictionary<K, V> {
    /// Inserts one entry after another.
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K, V, const N: usize> From<[(K, V); N]> for Dictionary<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        Self(ManuallyDrop::new(entries.into()))
    }
}

impl<K: Item, V: Item> Value for Dictionary<K, V> {
    #[inline]
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        r.entries(self, kind)
    }

    #[inline]
    fn write(&self, w: &mut Writer, element: &Element) {
        w.entries(element, self);
    }

    #[inline]
    fn view(&self) -> View<'_> {
        View::Entries(self)
    }

    #[inline]
    fn slots(&mut self) -> Option<Slots<'_>> {
        Some(Slots::Entries(self))
    }
}

impl<K: Item, V: Item> Entries for Dictionary<K, V> {
    fn count(&self) -> usize {
        self.len()
    }

    fn entry(&self, index: usize) -> Option<(&dyn Value, &dyn Value)> {
        let entry = self.0.get(index);
        entry.map(|(key, value)| (erase(key), erase(value)))
    }
}

impl<K: Item, V: Item> EntrySlots for Dictionary<K, V> {
    fn clear(&mut self) {
        self.0.clear();
    }

    fn grow(&mut self) -> (&mut dyn Value, &mut dyn Value) {
        let index = self.0.len();
        self.0.push((K::blank(), V::blank()));
        let (key, value) = &mut self.0[index];
        (erase_mut(key), erase_mut(value))
    }

    #[cfg(feature = "serde")]
    fn last_value(&mut self) -> Option<&mut dyn Value> {
        self.0.last_mut().map(|(_, value)| erase_mut(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_duplicates_that_came() {
        let mut map: Dictionary<i32, &str> = [(2, "b"), (1, "a"), (2, "c")].into_iter().collect();
        assert_eq!(map.len(), 3);
        assert_eq!(map.get(&2), Some(&"b"));
        assert_eq!(map.remove(&2), Some("b"));
        assert_eq!(map.get(&2), Some(&"c"));
        assert_eq!(map.insert(1, "A"), Some("a"));
        assert_eq!(map.insert(0, "z"), None);
        assert_eq!(
            map.iter().collect::<Vec<_>>(),
            [(&1, &"A"), (&2, &"c"), (&0, &"z")]
        );
    }

    #[test]
    fn extending_replaces() {
        let mut map = Dictionary::from([("a", 1), ("b", 2)]);
        map.extend([("b", 3), ("c", 4)]);
        assert_eq!(
            map.into_iter().collect::<Vec<_>>(),
            [("a", 1), ("b", 3), ("c", 4)]
        );
    }
}
