//! Small types of the contracts that std has not: guid, char, decimal.

use std::fmt;
use std::str::FromStr;

use crate::error::ParseError;
use crate::numbers::Digits;
use crate::{DecodeError, Element, Kind, Reader, Value, View, Writer};

/// A .NET `Guid`.
///
/// ```
/// use superoffice_soap::Guid;
///
/// let id: Guid = "0F8FAD5B-D9CB-469F-A165-70867728950E".parse()?;
/// assert_eq!(id.to_string(), "0f8fad5b-d9cb-469f-a165-70867728950e");
/// # Ok::<(), superoffice_soap::ParseError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(u128);

impl Guid {
    /// All zeros.
    pub const NIL: Self = Self(0);

    /// The number whose hexadecimal digits, most significant first, are the guid's.
    pub const fn from_u128(number: u128) -> Self {
        Self(number)
    }

    /// The number whose hexadecimal digits, most significant first, are the guid's.
    pub const fn as_u128(self) -> u128 {
        self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 36 {
            return None;
        }
        let mut number = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if byte != b'-' {
                    return None;
                }
            } else {
                number = number << 4 | u128::from(char::from(byte).to_digit(16)?);
            }
        }
        Some(Self(number))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |from: u32, digits: u32| (self.0 << from >> (128 - digits * 4)) as u64;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            part(0, 8),
            part(32, 4),
            part(48, 4),
            part(64, 4),
            part(80, 12)
        )
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Guid {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text).ok_or(ParseError::new("a guid"))
    }
}

/// A .NET `char`: one UTF-16 code unit, which may be half of a character. A number on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Char(pub u16);

impl Char {
    /// The character, unless it is half of one.
    pub fn to_char(self) -> Option<char> {
        char::from_u32(u32::from(self.0))
    }
}

/// The number, as the wire has it.
impl fmt::Display for Char {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Fails for characters beyond U+FFFF.
impl TryFrom<char> for Char {
    type Error = ParseError;

    fn try_from(char: char) -> Result<Self, ParseError> {
        let unit = u16::try_from(u32::from(char));
        unit.map(Self)
            .map_err(|_| ParseError::new("a character up to U+FFFF"))
    }
}

/// A .NET `decimal`: an integer of up to 96 bits and the number of its digits behind the point.
///
/// The scale is kept, and values with different scales are different: `1.0` is not `1.00`.
///
/// ```
/// use superoffice_soap::Decimal;
///
/// let price: Decimal = "-19.90".parse()?;
/// assert_eq!((price.mantissa(), price.scale()), (-1990, 2));
/// assert_eq!(price.to_string(), "-19.90");
/// assert_eq!(Decimal::new(5, 3).map(|d| d.to_string()).as_deref(), Some("0.005"));
/// # Ok::<(), superoffice_soap::ParseError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The 96 bits in three parts, which keeps the type at 16 bytes.
    magnitude: [u32; 3],
    scale: u8,
    /// Kept for zero too: .NET has `-0.0`.
    negative: bool,
}

impl Decimal {
    /// An integer and how many of its digits are behind the point; `None` beyond 96 bits or 28 digits.
    pub const fn new(mantissa: i128, scale: u8) -> Option<Self> {
        let magnitude = mantissa.unsigned_abs();
        if magnitude >> 96 != 0 || scale > 28 {
            return None;
        }
        let magnitude = [
            magnitude as u32,
            (magnitude >> 32) as u32,
            (magnitude >> 64) as u32,
        ];
        Some(Self {
            magnitude,
            scale,
            negative: mantissa < 0,
        })
    }

    /// The number without its point.
    pub const fn mantissa(self) -> i128 {
        let [low, middle, high] = self.magnitude;
        let magnitude = low as i128 | (middle as i128) << 32 | (high as i128) << 64;
        if self.negative { -magnitude } else { magnitude }
    }

    /// How many digits are behind the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// The nearest floating point number.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', ..] => (true, &text[1..]),
            [b'+', ..] => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && part.is_empty() {
            return None;
        }
        let mantissa = whole
            .bytes()
            .chain(part.bytes())
            .try_fold(0_i128, |number, digit| {
                let digit = digit.is_ascii_digit().then(|| i128::from(digit - b'0'))?;
                number.checked_mul(10)?.checked_add(digit)
            })?;
        Self::new(mantissa, u8::try_from(part.len()).ok()?).map(|value| Self { negative, ..value })
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        let magnitude = number.unsigned_abs();
        let magnitude = [magnitude as u32, (magnitude >> 32) as u32, 0];
        Self {
            magnitude,
            scale: 0,
            negative: number < 0,
        }
    }
}

impl From<i32> for Decimal {
    fn from(number: i32) -> Self {
        i64::from(number).into()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.mantissa().unsigned_abs();
        let sign = if self.negative { "-" } else { "" };
        if self.scale == 0 {
            return write!(f, "{sign}{magnitude}");
        }
        let unit = 10_u128.pow(u32::from(self.scale));
        let width = usize::from(self.scale);
        write!(f, "{sign}{}.{:0width$}", magnitude / unit, magnitude % unit)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Decimal {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text).ok_or(ParseError::new("xs:decimal of up to 96 bits"))
    }
}

macro_rules! values {
    ($($type:ident, $name:literal, $parse:expr;)*) => {$(
        impl Value for $type {
            fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
                *self = r.parse($name, $parse)?.unwrap_or_default();
                Ok(())
            }

            fn write(&self, w: &mut Writer, element: &Element) {
                w.plain(element, Digits::of(format_args!("{self}")).as_bytes());
            }

            fn view(&self) -> View<'_> {
                View::leaf(self)
            }

            crate::serde_leaf!();
        }
    )*};
}

values! {
    Guid, "a guid", Self::parse;
    Char, "the number of a char", |text| text.parse().ok().map(Char);
    Decimal, "xs:decimal", Self::parse;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_keep_their_scale_and_sign() {
        for text in [
            "0",
            "-0.0",
            "1.50",
            "79228162514264337593543950335",
            "0.0000000000000000000000000001",
        ] {
            assert_eq!(
                text.parse::<Decimal>().map(|d| d.to_string()).as_deref(),
                Ok(text)
            );
        }
        assert_eq!(
            "+.5".parse::<Decimal>().map(|d| d.to_string()).as_deref(),
            Ok("0.5")
        );
        assert_eq!(size_of::<Decimal>(), 16);
    }

    #[test]
    fn decimals_beyond_dotnet_are_refused() {
        for text in [
            "",
            "-",
            ".",
            "1e5",
            "1,5",
            "1.2.3",
            " 1",
            "--1",
            "79228162514264337593543950336",
            "0.00000000000000000000000000001",
            "99999999999999999999999999999999999999999",
        ] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }

    #[test]
    fn guids_have_one_form() {
        for text in [
            "",
            "0f8fad5bd9cb469fa16570867728950e",
            "0f8fad5b-d9cb-469f-a165-70867728950g",
        ] {
            assert!(text.parse::<Guid>().is_err(), "{text}");
        }
    }

    #[test]
    fn chars_may_be_half_of_a_character() {
        assert_eq!(Char(0xD83D).to_char(), None);
        assert_eq!(Char::try_from('ø').map(|c| c.0), Ok(0xF8));
        assert!(Char::try_from('🙂').is_err());
    }

    proptest! {
        #[test]
        fn every_decimal_reads_back(magnitude in 0..=(u128::MAX >> 32), scale in 0..=28_u8, negative: bool) {
            let mantissa = if negative { -(magnitude as i128) } else { magnitude as i128 };
            let value = Decimal::new(mantissa, scale).expect("in range");
            prop_assert_eq!(value.to_string().parse(), Ok(value));
            prop_assert_eq!(value.mantissa(), mantissa);
        }

        #[test]
        fn every_guid_reads_back(number: u128) {
            let guid = Guid::from_u128(number);
            prop_assert_eq!(guid.to_string().parse(), Ok(guid));
        }
    }
}
