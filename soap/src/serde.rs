//! `serde` for values, and the macros that bring it to what a contract defines.
//!
//! The form is for people and other programmes, not for the wire. Dates, spans, numbers with a scale and
//! identifiers are text as the wire has it, binaries are base64, members of enumerations their wire
//! names (known or not), flag sets lists of names, unknown elements their XML; what extends a type is a
//! map from its name to its value. Fields that are missing are blank, unknown ones passed over. Secrets
//! are in it: this is data, not something to log.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::extra::{Kept, Note};
use crate::{Char, DateTime, Decimal, Dictionary, Duration, Enumeration, Extra, Flags, Guid};
use crate::{FlagSet, RawElement};

mod walk;

pub(crate) use walk::Source;
#[doc(hidden)]
pub use walk::{deserialize, deserialize_polymorph, serialize, serialize_polymorph};

macro_rules! texts {
    ($($type:ty)*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                parsed(deserializer)
            }
        }
    )*};
}

texts!(DateTime Decimal Duration Guid);

fn parsed<'de, D: Deserializer<'de>, T: FromStr>(deserializer: D) -> Result<T, D::Error>
where
    T::Err: fmt::Display,
{
    Cow::<str>::deserialize(deserializer)?
        .parse()
        .map_err(D::Error::custom)
}

/// The number.
impl Serialize for Char {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Char {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u16::deserialize(deserializer).map(Self)
    }
}

/// The XML.
impl Serialize for RawElement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_xml())
    }
}

impl<'de> Deserialize<'de> for RawElement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let xml = Cow::<str>::deserialize(deserializer)?;
        Self::from_xml(&xml).map_err(D::Error::custom)
    }
}

/// A map in its order; a key that is there twice is written twice.
impl<K: Serialize, V: Serialize> Serialize for Dictionary<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Dictionary<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = Dictionary<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries.into_iter().collect())
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

/// A note of [`Extra`]: the number of the field, the way inside it, and the element; none if it is that
/// an item was nil.
#[derive(Serialize, Deserialize)]
struct Noted<'a> {
    field: u32,
    #[serde(default, skip_serializing_if = "is_empty")]
    path: Cow<'a, [u32]>,
    element: Option<Cow<'a, RawElement>>,
}

fn is_empty(path: &[u32]) -> bool {
    path.is_empty()
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.notes().iter().map(|note| Noted {
            field: note.field,
            path: Cow::Borrowed(&note.path),
            element: match &note.kept {
                Kept::Nil => None,
                Kept::Element(element) => Some(Cow::Borrowed(element)),
            },
        }))
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let noted = Vec::<Noted<'_>>::deserialize(deserializer)?;
        let notes: Vec<_> = noted
            .into_iter()
            .map(|noted| Note {
                field: noted.field,
                path: noted.path.into_owned(),
                kept: match noted.element {
                    None => Kept::Nil,
                    Some(element) => Kept::Element(element.into_owned()),
                },
            })
            .collect();
        let mut extra = Self::new();
        if !notes.is_empty() {
            extra.add(notes);
        }
        Ok(extra)
    }
}

/// What `enumeration!` calls.
#[doc(hidden)]
pub fn serialize_member<E: Enumeration, S: Serializer>(
    member: &E,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(member.member().name())
}

/// What `enumeration!` calls.
#[doc(hidden)]
pub fn deserialize_member<'de, E: Enumeration, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<E, D::Error> {
    let name = Cow::<str>::deserialize(deserializer)?;
    Ok(crate::member_named(&name))
}

/// A list of names.
impl<F: Flags> Serialize for FlagSet<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de, F: Flags> Deserialize<'de> for FlagSet<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names<F>(PhantomData<F>);

        impl<'de, F: Flags> Visitor<'de> for Names<F> {
            type Value = FlagSet<F>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of names")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<FlagSet<F>, A::Error> {
                let mut text = String::new();
                while let Some(name) = names.next_element::<Cow<'_, str>>()? {
                    text.push_str(&name);
                    text.push(' ');
                }
                let mut set = FlagSet::empty();
                set.extend_from_names(&text);
                Ok(set)
            }
        }

        deserializer.deserialize_seq(Names(PhantomData))
    }
}

/// Binaries as text in base64; for `#[serde(with = …)]` too.
pub(crate) mod base64 {
    use std::borrow::Cow;

    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        STANDARD.decode(text.as_bytes()).map_err(D::Error::custom)
    }
}
