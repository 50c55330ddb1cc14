//! Values as SuperOffice writes them in strings: dictionaries of fields, restrictions, archive columns.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::{alphabet, engine::DecodePaddingMode};
use superoffice_soap::{DateTime, Decimal, Duration};

/// A value in SuperOffice's notation for strings: `[I:10]`, `[D:01/31/2024]`, bare text.
///
/// Parsing never fails. It is lenient about case, blanks and missing parts, and what is no value in
/// this notation is text, as it came. `Display` gives the notation that the server writes itself.
///
/// | variant | notation |
/// |---|---|
/// | [`Text`](Self::Text) | bare |
/// | [`Int`](Self::Int) | `[I:10]`; booleans are `[I:0]` and `[I:1]` |
/// | [`Double`](Self::Double) | `[F:1.5]` |
/// | [`Money`](Self::Money) | `[M:19.90]` |
/// | [`Date`](Self::Date) | `[D:01/31/2024]`, month first |
/// | [`DateTime`](Self::DateTime) | `[DT:01/31/2024 23:59:58.1234567]` |
/// | [`Time`](Self::Time) | `[T:01/31/2024 23:59:58.1234567]` |
/// | [`Span`](Self::Span) | `[TS:90]`, seconds |
/// | [`Ints`](Self::Ints) | `[A:3,4,5]` |
/// | [`Bytes`](Self::Bytes) | `[B:AQI=]` |
///
/// ```
/// use superoffice_client::Encoded;
///
/// assert_eq!(Encoded::parse("[I:10]"), Encoded::Int(10));
/// assert_eq!(Encoded::from(true).to_string(), "[I:1]");
/// assert_eq!(Encoded::parse("[D:1/31/2024]").to_string(), "[D:01/31/2024]");
/// assert_eq!(Encoded::parse("[I:ten]"), Encoded::Text("[I:ten]".to_owned()));
/// ```
///
/// # Dates
///
/// The notation has no place for an offset: a date or time in it is a clock's, of the zone that the
/// `TimeZone` header names, or of UTC where the server says so of a field. So converting a
/// [`DateTime`] that has an offset fails, instead of dropping it or shifting the clock.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Encoded {
    /// Bare text, and anything else that is no value.
    Text(String),
    /// `[I:…]`: a whole number, a reference, a boolean.
    Int(i64),
    /// `[F:…]`
    Double(f64),
    /// `[M:…]`
    Money(Decimal),
    /// `[D:…]`: a date, at midnight and without an offset.
    Date(DateTime),
    /// `[DT:…]`: a date and time without an offset.
    DateTime(DateTime),
    /// `[T:…]`: a time of day, on some date and without an offset.
    Time(DateTime),
    /// `[TS:…]`: a span of time.
    Span(Duration),
    /// `[A:…]`: references.
    Ints(Vec<i64>),
    /// `[B:…]`
    Bytes(Vec<u8>),
}

/// Without padding, or with it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Encoded {
    /// Reads a string; what is no value is text.
    pub fn parse(text: &str) -> Self {
        Self::value(text).unwrap_or_else(|| Self::Text(text.to_owned()))
    }

    fn value(text: &str) -> Option<Self> {
        let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
        let (tag, value) = inner.split_once(':')?;
        let value = value.trim();
        Some(match tag.trim().to_ascii_uppercase().as_str() {
            "I" => Self::Int(value.parse().ok()?),
            "F" => Self::Double(value.parse().ok()?),
            "M" => Self::Money(value.parse().ok()?),
            "D" => Self::Date(date_and_time(value).filter(|date| date.ticks() % DAY == 0)?),
            "DT" => Self::DateTime(date_and_time(value)?),
            "T" => Self::Time(date_and_time(value).or_else(|| on_no_date(value))?),
            "TS" => Self::Span(span(value)?),
            "A" => Self::Ints(ints(value)?),
            "B" => Self::Bytes(LENIENT.decode(value).ok()?),
            _ => return None,
        })
    }

    /// The text, if it is bare.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether the whole number is not 0; `None` if it is none.
    pub fn as_bool(&self) -> Option<bool> {
        self.as_int().map(|number| number != 0)
    }

    /// The number of any kind, as near as floating point comes.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            Self::Money(number) => Some(number.to_f64()),
            _ => None,
        }
    }

    /// The date, the time or both, as the clock shows them.
    pub fn as_date_time(&self) -> Option<DateTime> {
        match self {
            Self::Date(value) | Self::DateTime(value) | Self::Time(value) => Some(*value),
            _ => None,
        }
    }

    /// The references; one whole number is a list of one.
    pub fn as_ints(&self) -> Option<&[i64]> {
        match self {
            Self::Ints(numbers) => Some(numbers),
            Self::Int(number) => Some(std::slice::from_ref(number)),
            _ => None,
        }
    }

    /// The date of this value as `[D:…]`; its time of day is left out.
    ///
    /// # Errors
    ///
    /// [`HasOffset`], because nobody knows on which date it is where the server reads it.
    pub fn date(value: DateTime) -> Result<Self, HasOffset> {
        let value = without_offset(value)?;
        let midnight = DateTime::date(value.year(), value.month(), value.day());
        Ok(Self::Date(midnight.unwrap_or(value)))
    }
}

const SECOND: i64 = 10_000_000;
const DAY: i64 = 24 * 3600 * SECOND;

/// `MM/dd/yyyy`, `MM/dd/yyyy HH:mm:ss.fffffff` with parts of the time missing, or `yyyy-MM-dd…`.
fn date_and_time(text: &str) -> Option<DateTime> {
    let (date, time) = match text.split_once([' ', 'T']) {
        Some((date, time)) => (date, time.trim()),
        None => (text, ""),
    };
    let (first, rest) = date.split_once(['/', '-'])?;
    let (second, third) = rest.split_once(['/', '-'])?;
    let date = match first.len() {
        4 => DateTime::date(number(first)?, number(second)?, number(third)?)?,
        _ => DateTime::date(number(third)?, number(first)?, number(second)?)?,
    };
    match time {
        "" => Some(date),
        _ => DateTime::from_ticks(date.ticks() + time_of_day(time)?),
    }
}

/// A time of day alone.
fn on_no_date(text: &str) -> Option<DateTime> {
    DateTime::from_ticks(time_of_day(text)?)
}

/// Units of 100 ns since midnight: `HH:mm`, `HH:mm:ss`, `HH:mm:ss.fffffff`.
fn time_of_day(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = clock.split(':');
    let (hours, minutes) = (number::<u8>(parts.next()?)?, number::<u8>(parts.next()?)?);
    let seconds = parts.next().map_or(Some(0), number::<u8>)?;
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
    Some(seconds * SECOND + ticks(fraction)?)
}

/// Digits behind the point of a second as units of 100 ns; more than seven are refused.
fn ticks(fraction: &str) -> Option<i64> {
    let missing = 7_usize.checked_sub(fraction.len())?;
    match fraction {
        "" => Some(0),
        _ => Some(number::<i64>(fraction)? * 10_i64.pow(u32::try_from(missing).ok()?)),
    }
}

/// Digits and nothing else.
fn number<T: FromStr>(text: &str) -> Option<T> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Seconds, with a fraction or without.
fn span(text: &str) -> Option<Duration> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = number::<i64>(whole).filter(|_| !whole.is_empty())?;
    let whole = whole.checked_mul(SECOND)?.checked_add(ticks(fraction)?)?;
    Some(Duration::from_ticks(sign * whole))
}

fn ints(text: &str) -> Option<Vec<i64>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let items = text.split([',', ';']).map(|item| item.trim().parse().ok());
    items.collect()
}

/// The notation; a date or time is written as its clock shows it.
impl fmt::Display for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Int(number) => write!(f, "[I:{number}]"),
            Self::Double(number) => write!(f, "[F:{number}]"),
            Self::Money(number) => write!(f, "[M:{number}]"),
            Self::Date(value) => write!(f, "[D:{}]", Day(*value)),
            Self::DateTime(value) => write!(f, "[DT:{} {}]", Day(*value), Clock(*value)),
            Self::Time(value) => write!(f, "[T:{} {}]", Day(*value), Clock(*value)),
            Self::Span(span) => {
                let (ticks, sign) = (span.ticks(), if span.ticks() < 0 { "-" } else { "" });
                let ticks = ticks.unsigned_abs();
                let (seconds, rest) = (ticks / SECOND as u64, ticks % SECOND as u64);
                write!(f, "[TS:{sign}{seconds}")?;
                if rest != 0 {
                    write!(f, ".{rest:07}")?;
                }
                f.write_char(']')
            }
            Self::Ints(numbers) => {
                f.write_str("[A:")?;
                for (index, number) in numbers.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{number}")?;
                }
                f.write_char(']')
            }
            Self::Bytes(bytes) => write!(f, "[B:{}]", STANDARD.encode(bytes)),
        }
    }
}

struct Day(DateTime);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(day) = self;
        write!(f, "{:02}/{:02}/{:04}", day.month(), day.day(), day.year())
    }
}

struct Clock(DateTime);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(time) = self;
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        write!(
            f,
            "{hour:02}:{minute:02}:{second:02}.{:07}",
            time.fraction()
        )
    }
}

impl FromStr for Encoded {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::parse(text))
    }
}

impl From<&str> for Encoded {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Encoded {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i32> for Encoded {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<i64> for Encoded {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Encoded {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}

impl From<f64> for Encoded {
    fn from(number: f64) -> Self {
        Self::Double(number)
    }
}

impl From<Duration> for Encoded {
    fn from(span: Duration) -> Self {
        Self::Span(span)
    }
}

impl From<Vec<i64>> for Encoded {
    fn from(numbers: Vec<i64>) -> Self {
        Self::Ints(numbers)
    }
}

impl From<&[i32]> for Encoded {
    fn from(numbers: &[i32]) -> Self {
        Self::Ints(numbers.iter().map(|&number| number.into()).collect())
    }
}

impl From<Vec<u8>> for Encoded {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// As `[DT:…]`.
impl TryFrom<DateTime> for Encoded {
    type Error = HasOffset;

    fn try_from(value: DateTime) -> Result<Self, HasOffset> {
        without_offset(value).map(Self::DateTime)
    }
}

fn without_offset(value: DateTime) -> Result<DateTime, HasOffset> {
    match value.offset() {
        None => Ok(value),
        Some(_) => Err(HasOffset(value)),
    }
}

/// A date with an offset was to be written where there is no place for one.
///
/// `value.with_offset(None)` keeps the clock, for a value that is in the right zone already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HasOffset(DateTime);

impl fmt::Display for HasOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} has an offset, for which this notation has no place",
            self.0
        )
    }
}

impl std::error::Error for HasOffset {}

#[cfg(test)]
mod tests {
    use super::{Encoded, HasOffset};
    use superoffice_soap::{DateTime, Duration, Offset};

    #[test]
    fn every_form_comes_back_as_it_went() {
        for text in [
            "",
            "plain",
            "[I:10]",
            "[I:-1]",
            "[F:1.5]",
            "[F:-0.25]",
            "[M:19.90]",
            "[D:02/29/2024]",
            "[D:01/01/0001]",
            "[DT:12/31/9999 23:59:59.9999999]",
            "[DT:01/31/2024 00:00:00.0000000]",
            "[T:01/01/0001 08:30:00.0000000]",
            "[TS:90]",
            "[TS:-1.5000000]",
            "[A:3,4,5]",
            "[A:]",
            "[B:AQI=]",
            "[B:]",
            "[not a value]",
            "[X:1]",
        ] {
            assert_eq!(Encoded::parse(text).to_string(), text);
        }
        assert!(matches!(Encoded::parse("[X:1]"), Encoded::Text(_)));
        assert!(matches!(Encoded::parse("[A:]"), Encoded::Ints(ints) if ints.is_empty()));
    }

    #[test]
    fn what_servers_and_people_write() {
        for (text, canonical) in [
            (" [i: 7 ] ", "[I:7]"),
            ("[d:1/5/2024]", "[D:01/05/2024]"),
            ("[D:2024-01-05]", "[D:01/05/2024]"),
            ("[D:01/05/2024 00:00:00]", "[D:01/05/2024]"),
            ("[DT:01/05/2024]", "[DT:01/05/2024 00:00:00.0000000]"),
            ("[DT:01/05/2024 7:05]", "[DT:01/05/2024 07:05:00.0000000]"),
            (
                "[DT:2024-01-05T07:05:01.25]",
                "[DT:01/05/2024 07:05:01.2500000]",
            ),
            ("[T:07:05]", "[T:01/01/0001 07:05:00.0000000]"),
            ("[A: 1, 2 ;3]", "[A:1,2,3]"),
            ("[B:AQI]", "[B:AQI=]"),
            ("[TS:0.5]", "[TS:0.5000000]"),
        ] {
            assert_eq!(Encoded::parse(text).to_string(), canonical, "{text}");
        }
    }

    #[test]
    fn what_is_no_value_is_text() {
        for text in [
            "[I:]",
            "[I:1.5]",
            "[D:13/01/2024]",
            "[D:02/30/2023]",
            "[D:01/05/2024 01:00:00]",
            "[D:+1/05/2024]",
            "[DT:01/05/2024 25:00:00]",
            "[DT:01/05/2024 01:00:00.12345678]",
            "[T:now]",
            "[TS:]",
            "[TS:9223372036854775807]",
            "[A:1,,2]",
            "[B:?]",
            "[M:1e5]",
            "[I:99999999999999999999]",
            "[",
            "[:]",
        ] {
            assert_eq!(Encoded::parse(text), Encoded::Text(text.to_owned()));
        }
    }

    #[test]
    fn conversions() {
        assert_eq!(Encoded::from(7).as_int(), Some(7));
        assert_eq!(Encoded::from(true).to_string(), "[I:1]");
        assert_eq!(Encoded::parse("[I:2]").as_bool(), Some(true));
        assert_eq!(Encoded::from("x").as_text(), Some("x"));
        assert_eq!(Encoded::parse("[M:19.90]").as_f64(), Some(19.9));
        assert_eq!(Encoded::from(&[1, 2][..]).to_string(), "[A:1,2]");
        assert_eq!(Encoded::parse("[I:4]").as_ints(), Some(&[4][..]));
        assert_eq!(
            Encoded::from(Duration::from_ticks(-5)).to_string(),
            "[TS:-0.0000005]"
        );
        assert_eq!(
            Encoded::from(1e21).to_string(),
            "[F:1000000000000000000000]"
        );
    }

    #[test]
    fn a_date_is_never_shifted() {
        let noon = DateTime::new(2024, 1, 31, 12, 0, 0).expect("a date");
        let there = noon
            .with_offset(Some(Offset::Minutes(60)))
            .expect("an offset");
        assert_eq!(
            Encoded::date(noon).expect("no offset").to_string(),
            "[D:01/31/2024]"
        );
        let clock = Encoded::try_from(noon).expect("no offset");
        assert_eq!(clock.as_date_time(), Some(noon));
        assert_eq!(Encoded::try_from(there), Err(HasOffset(there)));
        assert_eq!(
            Encoded::date(there).expect_err("an offset").to_string(),
            "2024-01-31T12:00:00+01:00 has an offset, for which this notation has no place"
        );
    }
}
