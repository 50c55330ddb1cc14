//! Values of which only the trait is known, by what they are made of.
//!
//! A struct has no more of `serde` than two impls that come here, as derives for all structs of a contract
//! take the compiler seven times as long as the rest of it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, SerializeStruct as _};
use serde::{Deserializer, Serialize, Serializer};

use super::base64;
use crate::value::{Listing, RustNames, erase, erase_mut};
use crate::{
    Derived, EntrySlots, Extra, FieldReader, Form, ItemSlots, Polymorph, Slots, Value, View,
};

/// What `complex!` calls.
#[doc(hidden)]
pub fn serialize<T: Value, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    Shown(erase(value)).serialize(serializer)
}

/// What `complex!` calls.
#[doc(hidden)]
pub fn deserialize<'de, T: Value + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let mut value = T::default();
    Place(erase_mut(&mut value)).deserialize(deserializer)?;
    Ok(value)
}

/// What `polymorph!` calls: a map of one entry, from the type's name on the wire to the value.
#[doc(hidden)]
pub fn serialize_polymorph<T: Polymorph, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value.get() {
        Derived::Known(name, _, value) => serializer.collect_map([(name, Shown(value))]),
        Derived::Unrecognized(raw) => serializer.collect_map([(UNRECOGNIZED, raw)]),
    }
}

/// What `polymorph!` calls.
#[doc(hidden)]
pub fn deserialize_polymorph<'de, T: Polymorph, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct One<T>(PhantomData<T>);

    impl<'de, T: Polymorph> Visitor<'de> for One<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a map of one entry, a type of {} and its value", T::NAME)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let Some(name) = map.next_key::<Cow<'_, str>>()? else {
                return Err(A::Error::invalid_length(0, &self));
            };
            let value = match T::for_type(&name) {
                Some(mut value) => {
                    if let Some(place) = value.get_mut() {
                        map.next_value_seed(Place(place))?;
                    }
                    value
                }
                None if name == UNRECOGNIZED => T::unrecognized(map.next_value()?),
                None => {
                    let told = format_args!("`{name}` is no type of {}", T::NAME);
                    return Err(A::Error::custom(told));
                }
            };
            match map.next_key::<IgnoredAny>()? {
                None => Ok(value),
                Some(_) => Err(A::Error::invalid_length(2, &self)),
            }
        }
    }

    deserializer.deserialize_map(One(PhantomData))
}

/// Stands for the name of a type that the contract does not know; the XML has it.
const UNRECOGNIZED: &str = "Unrecognized";

struct Shown<'v>(&'v dyn Value);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.view() {
            View::Leaf { .. } => {
                if let Some(bytes) = self.0.downcast_ref::<Vec<u8>>() {
                    return base64::serialize(bytes, serializer);
                }
                match self.0.form() {
                    Form::Text(text) => serializer.serialize_str(text),
                    Form::Other(leaf) => erased_serde::serialize(leaf, serializer),
                    Form::None => Err(S::Error::custom("a value that has no form in serde")),
                }
            }
            View::Complex => {
                let listing = Listing::of(self.0);
                let (name, names) = listing.rust_names();
                let extra = listing.extra.filter(|extra| !extra.is_empty());
                let count = listing.list.len() + usize::from(extra.is_some());
                let mut fields = serializer.serialize_struct(name, count)?;
                for (name, field) in names.zip(&listing.list) {
                    fields.serialize_field(name, &Shown(field.value))?;
                }
                match extra {
                    Some(extra) => fields.serialize_field("extra", extra)?,
                    None if listing.extra.is_some() => fields.skip_field("extra")?,
                    None => {}
                }
                fields.end()
            }
            View::Optional(None) => serializer.serialize_none(),
            View::Optional(Some(value)) => serializer.serialize_some(&Shown(value)),
            View::List(items) => {
                let items = (0..items.count()).map_while(|index| items.item(index));
                serializer.collect_seq(items.map(Shown))
            }
            View::Entries(entries) => {
                let entries = (0..entries.count()).map_while(|index| entries.entry(index));
                serializer.collect_map(entries.map(|(key, value)| (Shown(key), Shown(value))))
            }
        }
    }
}

/// A value that is to be read over.
struct Place<'v>(&'v mut dyn Value);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        /// As in [`View`], which would keep the value borrowed.
        enum Kind {
            Leaf,
            Complex,
            Optional,
            Other,
        }
        let kind = match self.0.view() {
            View::Leaf { .. } => Kind::Leaf,
            View::Complex => Kind::Complex,
            View::Optional(_) => Kind::Optional,
            View::List(_) | View::Entries(_) => Kind::Other,
        };
        match kind {
            Kind::Leaf => {
                if let Some(bytes) = self.0.downcast_mut::<Vec<u8>>() {
                    *bytes = base64::deserialize(deserializer)?;
                    return Ok(());
                }
                let mut erased = <dyn erased_serde::Deserializer<'_>>::erase(deserializer);
                self.0.deserialize(&mut erased).map_err(D::Error::custom)
            }
            Kind::Complex => {
                let listing = Listing::of(self.0);
                let (name, names) = listing.rust_names();
                let visitor = Struct {
                    keys: Keys {
                        name,
                        all: names.clone(),
                        ahead: names,
                        next: 0,
                        seen: vec![false; listing.list.len()],
                        keeps_unknown: listing.extra.is_some(),
                    },
                    value: self.0,
                };
                deserializer.deserialize_struct(name, &[], visitor)
            }
            Kind::Optional | Kind::Other => match self.0.slots() {
                Some(Slots::Items(slots)) if matches!(kind, Kind::Optional) => {
                    deserializer.deserialize_option(Optional(slots))
                }
                Some(Slots::Items(slots)) => deserializer.deserialize_seq(List(slots)),
                Some(Slots::Entries(slots)) => deserializer.deserialize_map(Entries(slots)),
                None => Err(D::Error::custom("a value that cannot be filled")),
            },
        }
    }
}

struct Optional<'v>(&'v mut dyn ItemSlots);

impl<'de> Visitor<'de> for Optional<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or none")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.0.clear();
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.clear();
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.clear();
        Place(self.0.grow()).deserialize(deserializer)
    }
}

struct List<'v>(&'v mut dyn ItemSlots);

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.clear();
        while items.next_element_seed(NextItem(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

/// An item that is there once one knows that there is one.
struct NextItem<'v>(&'v mut dyn ItemSlots);

impl<'de> DeserializeSeed<'de> for NextItem<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        Place(self.0.grow()).deserialize(deserializer)
    }
}

struct Entries<'v>(&'v mut dyn EntrySlots);

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.0.clear();
        while entries.next_key_seed(NextKey(&mut *self.0))?.is_some() {
            if let Some(value) = self.0.last_value() {
                entries.next_value_seed(Place(value))?;
            }
        }
        Ok(())
    }
}

/// The key of an entry that is there once one knows that there is one.
struct NextKey<'v>(&'v mut dyn EntrySlots);

impl<'de> DeserializeSeed<'de> for NextKey<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        Place(self.0.grow().0).deserialize(deserializer)
    }
}

/// Gives the fields of a struct their values, wherever it has them from.
pub(crate) trait Source {
    /// Of what the contract does not know, before any field.
    fn extra(&mut self, target: &mut Extra);

    /// Of the next field.
    fn field(&mut self, target: &mut dyn Value);
}

struct Struct<'v> {
    keys: Keys,
    value: &'v mut dyn Value,
}

impl<'de> Visitor<'de> for Struct<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.keys.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let mut source = Map {
            map,
            keys: self.keys,
            wanted: None,
            index: 0,
            result: Ok(()),
        };
        source.advance();
        // One pass if the keys are in the contract's order; each takes at least the one that is wanted.
        while source.wanted.is_some() {
            source.index = 0;
            self.value
                .read_fields(&mut FieldReader::filling(&mut source));
        }
        source.result
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let mut source = Seq {
            seq,
            is_extra: false,
            result: Ok(true),
        };
        self.value
            .read_fields(&mut FieldReader::filling(&mut source));
        source.is_extra = true;
        self.value
            .read_fields(&mut FieldReader::filling(&mut source));
        source.result.map(|_| ())
    }
}

/// What a key stands for.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    Field(usize),
    Extra,
}

/// The names of a struct's fields in Rust.
struct Keys {
    name: &'static str,
    all: RustNames,
    /// Those from field `next` on: where a key most likely is.
    ahead: RustNames,
    next: usize,
    seen: Vec<bool>,
    keeps_unknown: bool,
}

impl Keys {
    fn find(&mut self, key: &str) -> Option<Key> {
        let mut ahead = self.ahead.clone();
        if let Some(skipped) = ahead.position(|name| name == key) {
            let found = self.next + skipped;
            self.ahead = ahead;
            self.next = found + 1;
            return Some(Key::Field(found));
        }
        let mut all = self.all.clone();
        match all.position(|name| name == key) {
            Some(found) => {
                self.ahead = all;
                self.next = found + 1;
                Some(Key::Field(found))
            }
            None => (self.keeps_unknown && key == "extra").then_some(Key::Extra),
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Keys {
    type Value = Option<Key>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for &mut Keys {
    type Value = Option<Key>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name of a field of {}", self.name)
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        let found = self.find(key);
        if let Some(Key::Field(index)) = found {
            let seen = self.seen.get_mut(index);
            if seen.is_some_and(|seen| std::mem::replace(seen, true)) {
                return Err(E::custom(format_args!("duplicate field `{key}`")));
            }
        }
        Ok(found)
    }

    fn visit_bytes<E: serde::de::Error>(self, key: &[u8]) -> Result<Self::Value, E> {
        self.visit_str(&String::from_utf8_lossy(key))
    }
}

struct Map<A, E> {
    map: A,
    keys: Keys,
    /// Whose value comes next.
    wanted: Option<Key>,
    /// The field that is shown next.
    index: usize,
    result: Result<(), E>,
}

impl<'de, A: MapAccess<'de>> Map<A, A::Error> {
    /// Goes to the next key that there is a place for; values of others are passed over.
    fn advance(&mut self) {
        self.wanted = None;
        self.result = (|| {
            while let Some(key) = self.map.next_key_seed(&mut self.keys)? {
                if key.is_some() {
                    self.wanted = key;
                    break;
                }
                self.map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        })();
    }

    fn take(&mut self, key: Key, read: impl FnOnce(&mut A) -> Result<(), A::Error>) {
        if self.wanted != Some(key) {
            return;
        }
        match read(&mut self.map) {
            Ok(()) => self.advance(),
            Err(error) => {
                self.wanted = None;
                self.result = Err(error);
            }
        }
    }
}

impl<'de, A: MapAccess<'de>> Source for Map<A, A::Error> {
    fn extra(&mut self, target: &mut Extra) {
        self.take(Key::Extra, |map| {
            *target = map.next_value()?;
            Ok(())
        });
    }

    fn field(&mut self, target: &mut dyn Value) {
        let index = self.index;
        self.index += 1;
        self.take(Key::Field(index), |map| map.next_value_seed(Place(target)));
    }
}

struct Seq<A, E> {
    seq: A,
    /// Whether all fields have been shown.
    is_extra: bool,
    /// Whether there may be more.
    result: Result<bool, E>,
}

impl<'de, A: SeqAccess<'de>> Source for Seq<A, A::Error> {
    fn extra(&mut self, target: &mut Extra) {
        if self.is_extra && matches!(self.result, Ok(true)) {
            self.result = self.seq.next_element().map(|extra| {
                let is_there = extra.is_some();
                *target = extra.unwrap_or_default();
                is_there
            });
        }
    }

    fn field(&mut self, target: &mut dyn Value) {
        if !self.is_extra && matches!(self.result, Ok(true)) {
            let next = self.seq.next_element_seed(Place(target));
            self.result = next.map(|field| field.is_some());
        }
    }
}
