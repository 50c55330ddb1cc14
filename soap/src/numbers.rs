//! Numbers and booleans as XML Schema writes them.

use std::fmt::{self, Write as _};

use crate::{DecodeError, Element, Kind, Reader, Value, View, Writer};

/// A buffer on the stack that is long enough for any number, date, span or guid.
pub(crate) struct Digits {
    bytes: [u8; 40],
    to: usize,
}

impl Digits {
    const EMPTY: Self = Self {
        bytes: [0; 40],
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

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.to]
    }

    /// Adds bytes, which must be ASCII.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if let Some(place) = self.bytes.get_mut(self.to..self.to + bytes.len()) {
            place.copy_from_slice(bytes);
            self.to += bytes.len();
        }
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

    pub(crate) fn as_str(&self) -> &str {
        // Nothing but text is ever put in.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// Writes an integer, two digits at a time from the last to the first.
fn write_integer(w: &mut Writer, element: &Element, magnitude: u64, negative: bool) {
    const PAIRS: &[u8; 200] = b"\
        0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    let length =
        magnitude.checked_ilog10().unwrap_or_default() as usize + 1 + usize::from(negative);
    w.leaf(element, length, |room| {
        let room = &mut room[..length];
        let mut to = length;
        let mut rest = magnitude;
        // Few numbers are longer, and 32 bits divide faster.
        while rest > u64::from(u32::MAX) {
            to -= 1;
            room[to] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let mut rest = rest as u32;
        while rest >= 10 {
            let pair = (rest % 100) as usize * 2;
            to -= 2;
            room[to..to + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
            rest /= 100;
        }
        if to > usize::from(negative) {
            room[to - 1] = b'0' + rest as u8;
        }
        if negative {
            room[0] = b'-';
        }
        length
    });
}

macro_rules! integers {
    ($($type:ident, $name:literal $({ $($array:tt)* })?;)*) => {$(
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
                write_integer(w, element, magnitude, negative);
            }

            fn view(&self) -> View<'_> {
                View::leaf(self)
            }

            crate::serde_leaf!();

            $($($array)*)?
        }
    )*};
}

integers! {
    i8, "xs:byte";
    i16, "xs:short";
    i32, "xs:int";
    i64, "xs:long";
    u8, "xs:unsignedByte" {
        fn read_all(all: &mut Vec<Self>, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
            *all = r.bytes()?;
            Ok(())
        }

        fn write_all(all: &Vec<Self>, w: &mut Writer, element: &Element) {
            w.bytes(element, Some(all));
        }

        fn view_all(all: &Vec<Self>) -> View<'_> {
            View::Leaf {
                value: all,
                is_blank: all.is_empty(),
            }
        }
    };
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
                w.plain(element, $text(*self).as_bytes());
            }

            fn view(&self) -> View<'_> {
                View::leaf(self)
            }

            crate::serde_leaf!();
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
        w.plain(element, if *self { b"true" } else { b"false" });
    }

    fn view(&self) -> View<'_> {
        View::leaf(self)
    }

    crate::serde_leaf!();
}
