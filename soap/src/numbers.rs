//! Numbers and booleans as XML Schema writes them.

use std::fmt::{self, Write as _};

use crate::{DecodeError, Element, Item, Kind, Reader, Value, Writer};

/// A buffer on the stack that is long enough for any number, date or span.
pub(crate) struct Digits {
    bytes: [u8; 64],
    from: usize,
    to: usize,
}

impl Digits {
    const EMPTY: Self = Self {
        bytes: [0; 64],
        from: 0,
        to: 0,
    };

    /// What a value displays as.
    pub(crate) fn of(value: fmt::Arguments<'_>) -> Self {
        let mut digits = Self::EMPTY;
        // Nothing that is displayed here is longer than the buffer.
        let _ = digits.write_fmt(value);
        digits
    }

    pub(crate) fn empty() -> Self {
        Self::EMPTY
    }

    /// Adds a byte, which must be ASCII.
    pub(crate) fn byte(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.to) {
            *place = byte;
            self.to += 1;
        }
    }

    /// Adds a number of up to eight digits, with zeros before it up to this width.
    pub(crate) fn number(&mut self, number: u32, width: u32) {
        let mut scale = 10_000_000;
        let least = 10_u32.pow(width - 1);
        while scale > least && number < scale {
            scale /= 10;
        }
        while scale > 0 {
            self.byte(b'0' + (number / scale % 10) as u8);
            scale /= 10;
        }
    }

    /// Adds a fraction of a second in units of 100 ns, unless it is none.
    pub(crate) fn fraction(&mut self, mut fraction: u32) {
        if fraction == 0 {
            return;
        }
        let mut width = 7;
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            width -= 1;
        }
        self.byte(b'.');
        self.number(fraction, width);
    }

    /// An integer in decimal digits.
    fn integer(mut magnitude: u64, negative: bool) -> Self {
        let mut digits = Self::EMPTY;
        let mut from = digits.bytes.len();
        let mut push = |byte: u8| {
            from -= 1;
            digits.bytes[from] = byte;
        };
        loop {
            push(b'0' + (magnitude % 10) as u8);
            magnitude /= 10;
            if magnitude == 0 {
                break;
            }
        }
        if negative {
            push(b'-');
        }
        Self {
            from,
            to: digits.bytes.len(),
            ..digits
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        // Nothing but text is ever put in.
        std::str::from_utf8(&self.bytes[self.from..self.to]).unwrap_or_default()
    }
}

impl fmt::Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let to = self.to + text.len();
        self.bytes
            .get_mut(self.to..to)
            .ok_or(fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.to = to;
        Ok(())
    }
}

macro_rules! integers {
    ($($type:ident, $name:literal;)*) => {$(
        impl Value for $type {
            fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
                *self = r.parse($name, |text| text.parse().ok())?.unwrap_or_default();
                Ok(())
            }

            fn write(&self, w: &mut Writer, element: &Element) {
                #[allow(unused_comparisons, reason = "one macro for signed and unsigned")]
                let negative = *self < 0;
                #[allow(clippy::unnecessary_cast, reason = "one macro for all widths")]
                let magnitude = if negative { (*self as i64).unsigned_abs() } else { *self as u64 };
                w.plain(element, Digits::integer(magnitude, negative).as_str());
            }
        }
    )*};
}

integers! {
    i8, "xs:byte";
    i16, "xs:short";
    i32, "xs:int";
    i64, "xs:long";
    u8, "xs:unsignedByte";
    u16, "xs:unsignedShort";
    u32, "xs:unsignedInt";
    u64, "xs:unsignedLong";
}

macro_rules! floats {
    ($($type:ident, $name:literal, $text:ident;)*) => {$(
        impl Value for $type {
            fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
                let parse = |text: &str| match text {
                    "INF" => Some($type::INFINITY),
                    "-INF" => Some($type::NEG_INFINITY),
                    "NaN" => Some($type::NAN),
                    // Rust has more words for these.
                    _ if text.bytes().any(|byte| byte.is_ascii_alphabetic() && (byte | 32) != b'e') => None,
                    _ => text.parse().ok(),
                };
                *self = r.parse($name, parse)?.unwrap_or_default();
                Ok(())
            }

            fn write(&self, w: &mut Writer, element: &Element) {
                w.plain(element, $text(*self).as_str());
            }
        }

        /// The shortest text that reads back as the same number.
        fn $text(value: $type) -> Digits {
            if value.is_nan() {
                return Digits::of(format_args!("NaN"));
            }
            if value.is_infinite() {
                return Digits::of(format_args!("{}INF", if value < 0.0 { "-" } else { "" }));
            }
            if value == 0.0 || (1e-5..1e15).contains(&value.abs()) {
                return Digits::of(format_args!("{value}"));
            }
            let digits = Digits::of(format_args!("{value:E}"));
            match digits.as_str().split_once('E') {
                // .NET writes the sign of the exponent, other readers may insist on it.
                Some((mantissa, exponent)) if !exponent.starts_with('-') => {
                    Digits::of(format_args!("{mantissa}E+{exponent}"))
                }
                _ => digits,
            }
        }
    )*};
}

floats! {
    f32, "xs:float", float_text;
    f64, "xs:double", double_text;
}

impl Value for bool {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        let parse = |text: &str| match text {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        };
        *self = r.parse("xs:boolean", parse)?.unwrap_or_default();
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        w.plain(element, if *self { "true" } else { "false" });
    }
}

macro_rules! items {
    ($($type:ty)*) => {$(
        impl Item for $type {
            fn blank() -> Self {
                Self::default()
            }
        }
    )*};
}

// Not `u8`, because `Vec<u8>` is base64.
items!(bool i8 i16 i32 i64 u16 u32 u64 f32 f64);
