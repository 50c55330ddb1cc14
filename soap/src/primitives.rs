//! Small types of the contracts that std has not: guid, char, decimal.

macro_rules! stub {
    ($($(#[$meta:meta])* $name:ident($inner:ty),)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name($inner);

        impl crate::Value for $name {
            fn read(&mut self, _: &mut crate::Reader<'_>, _: crate::Kind) -> Result<(), crate::DecodeError> {
                unimplemented!()
            }
            fn write(&self, _: &mut crate::Writer, _: &crate::Element) {
                unimplemented!()
            }
        }

        impl crate::Item for $name {
            fn blank() -> Self {
                Self::default()
            }
        }
    )*};
}
stub! {
    /// A .NET `Guid`.
    Guid([u8; 16]),
    /// A .NET `char`: one UTF-16 code unit, a number on the wire.
    Char(u16),
    /// A .NET `decimal`, with its scale.
    Decimal(u128),
    /// Civil date and time with what the message says about the zone.
    DateTime(i64),
    /// A span of time in units of 100 ns.
    Duration(i64),
}

/// An `xs:QName`: a local name and its namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct QName;

/// A value of any type, as `xs:anyType` says.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum AnyValue {
    /// An object without a type.
    #[default]
    Object,
}

macro_rules! more {
    ($($name:ty = $blank:expr),* $(,)?) => {$(
        impl crate::Value for $name {
            fn read(&mut self, _: &mut crate::Reader<'_>, _: crate::Kind) -> Result<(), crate::DecodeError> {
                unimplemented!()
            }
            fn write(&self, _: &mut crate::Writer, _: &crate::Element) {
                unimplemented!()
            }
        }
        impl crate::Item for $name {
            fn blank() -> Self {
                $blank
            }
        }
    )*};
}
more! {
    QName = QName, AnyValue = AnyValue::Object, bool = false, i8 = 0, i16 = 0, i32 = 0, i64 = 0,
    u16 = 0, u32 = 0, u64 = 0, f32 = 0.0, f64 = 0.0, String = String::new(),
}

macro_rules! wrap {
    ($([$($generic:tt)*] $type:ty = $blank:expr;)*) => {$(
        impl<$($generic)*> crate::Value for $type {
            fn read(&mut self, _: &mut crate::Reader<'_>, _: crate::Kind) -> Result<(), crate::DecodeError> {
                unimplemented!()
            }
            fn write(&self, _: &mut crate::Writer, _: &crate::Element) {
                unimplemented!()
            }
        }
        impl<$($generic)*> crate::Item for $type {
            fn blank() -> Self {
                $blank
            }
        }
    )*};
}
wrap! {
    [T: crate::Item] Option<T> = None;
    [T: crate::Item] Box<T> = Box::new(T::blank());
    [T: crate::Item] Vec<T> = Vec::new();
}

/// `xs:unsignedByte`; not an [`Item`](crate::Item), because `Vec<u8>` is base64.
impl crate::Value for u8 {
    fn read(&mut self, _: &mut crate::Reader<'_>, _: crate::Kind) -> Result<(), crate::DecodeError> {
        unimplemented!()
    }
    fn write(&self, _: &mut crate::Writer, _: &crate::Element) {
        unimplemented!()
    }
}

wrap! {
    [] Vec<u8> = Vec::new();
}
