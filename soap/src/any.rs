//! `xs:anyType`: a value that says on the wire what type it is.

use crate::{
    Char, DateTime, Decimal, DecodeError, Duration, Element, Guid, Kind, RawElement, Reader, Value,
    View, Writer,
};

const XSD: &str = "http://www.w3.org/2001/XMLSchema";
const SERIALIZATION: &str = "http://schemas.microsoft.com/2003/10/Serialization/";

/// A value of any type that .NET knows as primitive, or an element as it came.
///
/// ```
/// use superoffice_soap::AnyValue;
///
/// let value = AnyValue::from(true);
/// assert_eq!(value, AnyValue::Boolean(true));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum AnyValue {
    /// .NET's bare `object`: no content, and no type or `xs:anyType`.
    #[default]
    Object,
    /// `xs:string`
    String(String),
    /// `xs:boolean`
    Boolean(bool),
    /// `xs:byte`
    Byte(i8),
    /// `xs:unsignedByte`
    UnsignedByte(u8),
    /// `xs:short`
    Short(i16),
    /// `xs:unsignedShort`
    UnsignedShort(u16),
    /// `xs:int`
    Int(i32),
    /// `xs:unsignedInt`
    UnsignedInt(u32),
    /// `xs:long`
    Long(i64),
    /// `xs:unsignedLong`
    UnsignedLong(u64),
    /// `xs:float`
    Float(f32),
    /// `xs:double`
    Double(f64),
    /// `xs:decimal`
    Decimal(Decimal),
    /// `xs:dateTime`
    DateTime(DateTime),
    /// `duration`
    Duration(Duration),
    /// `xs:base64Binary`
    Bytes(#[cfg_attr(feature = "serde", serde(with = "crate::serde::base64"))] Vec<u8>),
    /// `xs:anyURI`
    Uri(String),
    /// `xs:QName`
    QName(QName),
    /// `guid`
    Guid(Guid),
    /// `char`
    Char(Char),
    /// An element of any other type.
    Raw(RawElement),
}

impl AnyValue {
    /// An empty value of this type; `None` if the type is no primitive.
    fn for_type(namespace: &str, name: &str) -> Option<Self> {
        let value = match (namespace, name) {
            (XSD, "string") => Self::String(String::new()),
            (XSD, "boolean") => Self::Boolean(false),
            (XSD, "byte") => Self::Byte(0),
            (XSD, "unsignedByte") => Self::UnsignedByte(0),
            (XSD, "short") => Self::Short(0),
            (XSD, "unsignedShort") => Self::UnsignedShort(0),
            (XSD, "int") => Self::Int(0),
            (XSD, "unsignedInt") => Self::UnsignedInt(0),
            (XSD, "long") => Self::Long(0),
            (XSD, "unsignedLong") => Self::UnsignedLong(0),
            (XSD, "float") => Self::Float(0.0),
            (XSD, "double") => Self::Double(0.0),
            (XSD, "decimal") => Self::Decimal(Decimal::default()),
            (XSD, "dateTime") => Self::DateTime(DateTime::MIN),
            (XSD, "base64Binary") => Self::Bytes(Vec::new()),
            (XSD, "anyURI") => Self::Uri(String::new()),
            (XSD, "QName") => Self::QName(QName::default()),
            (SERIALIZATION, "duration") => Self::Duration(Duration::ZERO),
            (SERIALIZATION, "guid") => Self::Guid(Guid::NIL),
            (SERIALIZATION, "char") => Self::Char(Char::default()),
            _ => return None,
        };
        Some(value)
    }

    /// Namespace and name of the type, and the value.
    fn parts(&self) -> Option<(&'static str, &'static str, &dyn Value)> {
        let parts: (_, _, &dyn Value) = match self {
            Self::Object | Self::Raw(_) => return None,
            Self::String(value) => (XSD, "string", value),
            Self::Boolean(value) => (XSD, "boolean", value),
            Self::Byte(value) => (XSD, "byte", value),
            Self::UnsignedByte(value) => (XSD, "unsignedByte", value),
            Self::Short(value) => (XSD, "short", value),
            Self::UnsignedShort(value) => (XSD, "unsignedShort", value),
            Self::Int(value) => (XSD, "int", value),
            Self::UnsignedInt(value) => (XSD, "unsignedInt", value),
            Self::Long(value) => (XSD, "long", value),
            Self::UnsignedLong(value) => (XSD, "unsignedLong", value),
            Self::Float(value) => (XSD, "float", value),
            Self::Double(value) => (XSD, "double", value),
            Self::Decimal(value) => (XSD, "decimal", value),
            Self::DateTime(value) => (XSD, "dateTime", value),
            Self::Bytes(value) => (XSD, "base64Binary", value),
            Self::Uri(value) => (XSD, "anyURI", value),
            Self::QName(value) => (XSD, "QName", value),
            Self::Duration(value) => (SERIALIZATION, "duration", value),
            Self::Guid(value) => (SERIALIZATION, "guid", value),
            Self::Char(value) => (SERIALIZATION, "char", value),
        };
        Some(parts)
    }

    fn inner_mut(&mut self) -> Option<&mut dyn Value> {
        let value: &mut dyn Value = match self {
            Self::Object | Self::Raw(_) => return None,
            Self::String(value) | Self::Uri(value) => value,
            Self::Boolean(value) => value,
            Self::Byte(value) => value,
            Self::UnsignedByte(value) => value,
            Self::Short(value) => value,
            Self::UnsignedShort(value) => value,
            Self::Int(value) => value,
            Self::UnsignedInt(value) => value,
            Self::Long(value) => value,
            Self::UnsignedLong(value) => value,
            Self::Float(value) => value,
            Self::Double(value) => value,
            Self::Decimal(value) => value,
            Self::DateTime(value) => value,
            Self::Bytes(value) => value,
            Self::QName(value) => value,
            Self::Duration(value) => value,
            Self::Guid(value) => value,
            Self::Char(value) => value,
        };
        Some(value)
    }
}

impl Value for AnyValue {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        if r.is_nil() {
            *self = Self::Object;
            return r.skip();
        }
        let name = r.type_name()?;
        let (namespace, local) = match &name {
            Some(name) => (
                name.namespace.as_deref().unwrap_or_default(),
                name.local.as_str(),
            ),
            None => (XSD, "anyType"),
        };
        if let Some(known) = Self::for_type(namespace, local) {
            *self = known;
            if let Some(value) = self.inner_mut() {
                return value.read(r, Kind::Plain);
            }
        }
        let is_object = (namespace, local) == (XSD, "anyType") && r.take_empty()?;
        *self = if is_object {
            Self::Object
        } else {
            Self::Raw(r.unknown()?)
        };
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        match (self, self.parts()) {
            (Self::Raw(raw), _) => w.raw_as(element, raw),
            (_, None) => {
                w.declare_type(b"x", "anyType");
                w.declare_as("x", XSD);
                w.empty(element);
            }
            (_, Some((namespace, name, value))) => {
                w.declare_type(b"x", name);
                w.declare_as("x", namespace);
                value.write(w, element);
            }
        }
    }

    fn view(&self) -> View<'_> {
        View::Leaf {
            value: self,
            is_blank: *self == Self::Object,
        }
    }

    crate::serde_leaf!();
}

macro_rules! from {
    ($($type:ty => $variant:ident,)*) => {$(
        impl From<$type> for AnyValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

from! {
    String => String, &str => String, bool => Boolean, i8 => Byte, u8 => UnsignedByte, i16 => Short,
    u16 => UnsignedShort, i32 => Int, u32 => UnsignedInt, i64 => Long, u64 => UnsignedLong,
    f32 => Float, f64 => Double, Decimal => Decimal, DateTime => DateTime, Duration => Duration,
    Vec<u8> => Bytes, QName => QName, Guid => Guid, Char => Char, RawElement => Raw,
}

/// An `xs:QName`: a local name in a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct QName {
    /// Namespace, `None` if the name is in none.
    pub namespace: Option<String>,
    /// Local name.
    pub local: String,
}

impl Value for QName {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        if r.is_nil() {
            *self = Self::default();
            return r.skip();
        }
        // The prefix is resolved with the declarations of the element, which its end tag ends.
        let scope = r.clone();
        let text = r.text()?;
        let name = scope.resolve(text.trim_ascii())?;
        *self = Self {
            namespace: name.namespace.map(Into::into),
            local: name.local,
        };
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        match &self.namespace {
            Some(namespace) => {
                w.declare_as("q", namespace);
                w.text(element, Some(&format!("q:{}", self.local)));
            }
            None => w.unqualified(element, &self.local),
        }
    }

    fn view(&self) -> View<'_> {
        View::leaf(self)
    }

    crate::serde_leaf!();
}
