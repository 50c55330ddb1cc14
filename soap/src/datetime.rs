//! `xs:dateTime` as .NET means it: a civil date and time, and an offset only if there was one.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::error::ParseError;
use crate::numbers::Digits;
use crate::{DecodeError, Duration, Element, Kind, Reader, Value, View, Writer};

const SECOND: i64 = 10_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Days from 0001-01-01 to 10000-01-01.
const DAYS: i64 = 3_652_059;

/// Length of `0001-01-01T00:00:00.0000000+00:00`.
const LONGEST: usize = 33;

const UNSPECIFIED: i16 = i16::MIN;
const UTC: i16 = i16::MAX;

/// A civil date and time in units of 100 ns between the years 1 and 9999, with what the message says
/// about the zone: nothing, UTC, or an offset.
///
/// Nothing is ever converted: what is read is written back. Two values are equal if they say the same,
/// so `…Z` and `…+00:00` are not; [`DateTime::compare`] compares what they mean.
///
/// ```
/// use superoffice_soap::{DateTime, Offset};
///
/// let due: DateTime = "2024-02-29T08:30:00.5+01:00".parse()?;
/// assert_eq!((due.year(), due.month(), due.day()), (2024, 2, 29));
/// assert_eq!((due.hour(), due.minute(), due.second(), due.fraction()), (8, 30, 0, 5_000_000));
/// assert_eq!(due.offset(), Some(Offset::Minutes(60)));
/// assert_eq!(due.to_string(), "2024-02-29T08:30:00.5+01:00");
///
/// const NOON: Option<DateTime> = DateTime::new(2024, 2, 29, 12, 0, 0);
/// assert_eq!(NOON.map(|noon| noon.to_string()).as_deref(), Some("2024-02-29T12:00:00"));
/// assert!(DateTime::default().is_null());
/// # Ok::<(), superoffice_soap::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// Units of 100 ns since 0001-01-01T00:00:00, as the clock shows them.
    ticks: i64,
    /// Minutes, [`UNSPECIFIED`] or [`UTC`].
    offset: i16,
}

/// What a [`DateTime`] says about its zone, if it says anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Offset {
    /// `Z`
    Utc,
    /// `+01:00` is 60. From −840 to 840.
    Minutes(i16),
}

impl DateTime {
    /// `0001-01-01T00:00:00`, which means that there is no date.
    pub const MIN: Self = Self {
        ticks: 0,
        offset: UNSPECIFIED,
    };

    /// `9999-12-31T23:59:59.9999999`, which means forever.
    pub const MAX: Self = Self {
        ticks: DAYS * DAY - 1,
        offset: UNSPECIFIED,
    };

    /// A date and time without an offset; `None` if there is no such date or time.
    pub const fn new(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
    ) -> Option<Self> {
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        match Self::date(year, month, day) {
            Some(date) => Some(Self {
                ticks: date.ticks
                    + hour as i64 * HOUR
                    + minute as i64 * MINUTE
                    + second as i64 * SECOND,
                offset: UNSPECIFIED,
            }),
            None => None,
        }
    }

    /// Midnight of a date, without an offset; `None` if there is no such date.
    pub const fn date(year: u16, month: u8, day: u8) -> Option<Self> {
        if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 {
            return None;
        }
        if day > days_in_month(year as i64, month as i64) as u8 {
            return None;
        }
        let days = days_before(year as i64, month as i64) + day as i64 - 1;
        Some(Self {
            ticks: days * DAY,
            offset: UNSPECIFIED,
        })
    }

    /// A number of 100 ns since `0001-01-01T00:00:00`, without an offset: what .NET calls ticks. `None`
    /// beyond the year 9999.
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks < 0 || ticks > Self::MAX.ticks {
            return None;
        }
        Some(Self {
            ticks,
            offset: UNSPECIFIED,
        })
    }

    /// The number of 100 ns since `0001-01-01T00:00:00` by the same clock.
    pub const fn ticks(self) -> i64 {
        self.ticks
    }

    /// The same second with this fraction in units of 100 ns; `None` if that is a second or more.
    pub const fn with_fraction(self, fraction: u32) -> Option<Self> {
        if fraction as i64 >= SECOND {
            return None;
        }
        let ticks = self.ticks - self.ticks % SECOND + fraction as i64;
        Some(Self {
            ticks,
            offset: self.offset,
        })
    }

    /// The same civil date and time with another offset or none; `None` if it is beyond 14 hours.
    pub const fn with_offset(self, offset: Option<Offset>) -> Option<Self> {
        let offset = match offset {
            None => UNSPECIFIED,
            Some(Offset::Utc) => UTC,
            Some(Offset::Minutes(minutes)) if minutes >= -840 && minutes <= 840 => minutes,
            Some(Offset::Minutes(_)) => return None,
        };
        Some(Self {
            ticks: self.ticks,
            offset,
        })
    }

    /// Whether this is the first instant of the calendar, whatever its offset: SuperOffice's way of
    /// saying that there is no date.
    pub const fn is_null(self) -> bool {
        self.ticks == 0
    }

    /// Year from 1 to 9999.
    pub const fn year(self) -> u16 {
        self.civil().0
    }

    /// Month from 1 to 12.
    pub const fn month(self) -> u8 {
        self.civil().1
    }

    /// Day of the month from 1 to 31.
    pub const fn day(self) -> u8 {
        self.civil().2
    }

    /// Hour from 0 to 23.
    pub const fn hour(self) -> u8 {
        (self.ticks / HOUR % 24) as u8
    }

    /// Minute from 0 to 59.
    pub const fn minute(self) -> u8 {
        (self.ticks / MINUTE % 60) as u8
    }

    /// Second from 0 to 59.
    pub const fn second(self) -> u8 {
        (self.ticks / SECOND % 60) as u8
    }

    /// Fraction of the second in units of 100 ns, from 0 to 9,999,999.
    pub const fn fraction(self) -> u32 {
        (self.ticks % SECOND) as u32
    }

    /// What is said about the zone; `None` is nothing, which means the zone of the `TimeZone` header.
    pub const fn offset(self) -> Option<Offset> {
        match self.offset {
            UNSPECIFIED => None,
            UTC => Some(Offset::Utc),
            minutes => Some(Offset::Minutes(minutes)),
        }
    }

    /// Which of two is earlier: by their clocks if neither has an offset, as instants if both have
    /// one. `None` if only one has, because then nobody knows.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        match (self.instant(), other.instant()) {
            (None, None) => Some(self.ticks.cmp(&other.ticks)),
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => None,
        }
    }

    /// Ticks in UTC; may lie outside of the calendar.
    pub(crate) fn instant(self) -> Option<i64> {
        match self.offset()? {
            Offset::Utc => Some(self.ticks),
            Offset::Minutes(minutes) => Some(self.ticks - i64::from(minutes) * MINUTE),
        }
    }

    /// The same instant by the clock of UTC; `None` if nothing is said about the zone, and outside of
    /// the years 1 to 9999.
    ///
    /// ```
    /// use superoffice_soap::DateTime;
    ///
    /// let there: DateTime = "2024-03-01T00:30:00+01:00".parse()?;
    /// assert_eq!(there.to_utc().map(|utc| utc.to_string()).as_deref(), Some("2024-02-29T23:30:00Z"));
    /// let somewhere: DateTime = "2024-03-01T00:30:00".parse()?;
    /// assert_eq!(somewhere.to_utc(), None);
    /// # Ok::<(), superoffice_soap::ParseError>(())
    /// ```
    pub fn to_utc(self) -> Option<Self> {
        Self::from_ticks(self.instant()?)?.with_offset(Some(Offset::Utc))
    }

    /// The clock so much later (or earlier, if the span is negative), with the same offset; `None`
    /// outside of the years 1 to 9999.
    pub fn checked_add(self, span: Duration) -> Option<Self> {
        let moved = Self::from_ticks(self.ticks.checked_add(span.ticks())?)?;
        Some(Self {
            offset: self.offset,
            ..moved
        })
    }

    /// Year, month and day.
    const fn civil(self) -> (u16, u8, u8) {
        // The calendar repeats every 400 years; counting years from March makes the leap day the last.
        let days = (self.ticks / DAY) as u32 + 306;
        let era = days / 146_097;
        let day_of_era = days % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year_of_era + (month <= 2) as u32;
        (year as u16, month as u8, day as u8)
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (fixed, rest) = bytes.split_at_checked(19)?;
        if [fixed[4], fixed[7], fixed[10], fixed[13], fixed[16]] != *b"--T::" {
            return None;
        }
        let two = |at: usize| number(&fixed[at..at + 2]);
        let year = number(&fixed[..4])?;
        let whole = Self::new(
            year,
            two(5)? as u8,
            two(8)? as u8,
            two(11)? as u8,
            two(14)? as u8,
            two(17)? as u8,
        )?;
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => {
                let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let (digits, rest) = rest.split_at(length);
                (fraction(digits)?, rest)
            }
            _ => (0, rest),
        };
        let offset = match rest {
            [] => None,
            b"Z" => Some(Offset::Utc),
            [sign @ (b'+' | b'-'), clock @ ..] if clock.len() == 5 && clock[2] == b':' => {
                let (hours, minutes) = (number(&clock[..2])?, number(&clock[3..])?);
                if minutes > 59 {
                    return None;
                }
                let offset = (hours * 60 + minutes) as i16;
                Some(Offset::Minutes(if *sign == b'-' {
                    -offset
                } else {
                    offset
                }))
            }
            _ => return None,
        };
        whole.with_fraction(fraction)?.with_offset(offset)
    }

    /// Puts the text down and gives its length.
    fn put(self, room: &mut [u8]) -> usize {
        let (year, month, day) = self.civil();
        let second = (self.ticks / SECOND % (24 * 60 * 60)) as u32;
        let fixed = &mut room[..LONGEST];
        fixed[..19].copy_from_slice(b"0000-00-00T00:00:00");
        let mut pair = |at: usize, number: u32| {
            fixed[at] = b'0' + (number / 10) as u8;
            fixed[at + 1] = b'0' + (number % 10) as u8;
        };
        pair(0, u32::from(year / 100));
        pair(2, u32::from(year % 100));
        pair(5, u32::from(month));
        pair(8, u32::from(day));
        pair(11, second / 3600);
        pair(14, second / 60 % 60);
        pair(17, second % 60);
        if self.fraction() == 0 && self.offset == UNSPECIFIED {
            return 19;
        }
        let mut rest = Digits::empty();
        rest.fraction(self.fraction());
        match self.offset() {
            None => {}
            Some(Offset::Utc) => rest.byte(b'Z'),
            Some(Offset::Minutes(minutes)) => {
                rest.byte(if minutes < 0 { b'-' } else { b'+' });
                let minutes = u32::from(minutes.unsigned_abs());
                rest.number(minutes / 60, 2);
                rest.byte(b':');
                rest.number(minutes % 60, 2);
            }
        }
        let length = 19 + rest.as_bytes().len();
        fixed[19..length].copy_from_slice(rest.as_bytes());
        length
    }
}

/// Days from 0001-01-01 to the first of a month.
const fn days_before(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = if month <= 2 { month + 9 } else { month - 3 };
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 - 306
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A number of a few digits.
fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0_u16, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u16::from(digit - b'0'))
    })
}

/// The digits of a fraction of a second in units of 100 ns; `None` if they say more than that.
pub(crate) fn fraction(digits: &[u8]) -> Option<u32> {
    let (digits, rest) = digits.split_at(digits.len().min(7));
    if digits.is_empty() || rest.iter().any(|digit| *digit != b'0') {
        return None;
    }
    let scale = 10_u32.pow(7 - digits.len() as u32);
    digits
        .iter()
        .try_fold(0_u32, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + u32::from(digit - b'0'))
        })?
        .checked_mul(scale)
}

/// [`DateTime::MIN`]
impl Default for DateTime {
    fn default() -> Self {
        Self::MIN
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; LONGEST];
        let length = self.put(&mut text);
        f.pad(std::str::from_utf8(&text[..length]).unwrap_or_default())
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for DateTime {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text).ok_or(ParseError::new("xs:dateTime"))
    }
}

impl Value for DateTime {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        *self = r.parse("xs:dateTime", Self::parse)?.unwrap_or_default();
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        w.leaf(element, LONGEST, |room| self.put(room));
    }

    fn view(&self) -> View<'_> {
        View::leaf(self)
    }

    crate::serde_leaf!();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) {
        assert_eq!(
            text.parse::<DateTime>()
                .map(|value| value.to_string())
                .as_deref(),
            Ok(text)
        );
    }

    #[test]
    fn keeps_what_the_message_says() {
        check("0001-01-01T00:00:00");
        check("0001-01-01T00:00:00Z");
        check("0001-01-01T00:00:00+00:43");
        check("9999-12-31T23:59:59.9999999");
        check("2024-02-29T23:59:59-14:00");
        check("2024-12-31T00:00:00+00:00");
        check("2000-01-01T00:00:00.0000001Z");
    }

    #[test]
    fn the_limits_are_what_dotnet_has() {
        assert_eq!(DateTime::MIN.to_string(), "0001-01-01T00:00:00");
        assert_eq!(DateTime::MAX.to_string(), "9999-12-31T23:59:59.9999999");
        assert_eq!(DateTime::MAX.ticks(), 3_155_378_975_999_999_999);
        assert_eq!(
            DateTime::date(1970, 1, 1).map(DateTime::ticks),
            Some(621_355_968_000_000_000)
        );
        assert_eq!(size_of::<DateTime>(), 16);
    }

    #[test]
    fn the_null_date_may_have_an_offset() {
        for text in [
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
        ] {
            assert!(
                text.parse::<DateTime>().is_ok_and(DateTime::is_null),
                "{text}"
            );
        }
        assert!(!DateTime::MAX.is_null());
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "2024-01-01",
            "2024-01-01 00:00:00",
            "2024-13-01T00:00:00",
            "2024-00-01T00:00:00",
            "2023-02-29T00:00:00",
            "1900-02-29T00:00:00",
            "2024-01-32T00:00:00",
            "2024-01-01T24:00:00",
            "2024-01-01T00:60:00",
            "2024-01-01T00:00:60",
            "2024-01-01T00:00:00.",
            "2024-01-01T00:00:00.00000001",
            "2024-01-01T00:00:00z",
            "2024-01-01T00:00:00+14:01",
            "2024-01-01T00:00:00+01:60",
            "2024-01-01T00:00:00+0100",
            "0000-01-01T00:00:00",
            "-2024-01-01T00:00:00",
            "12024-01-01T00:00:00",
            "２024-01-01T00:00:00",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
        }
    }

    #[test]
    fn compares_only_what_can_be_compared() {
        let at = |text: &str| text.parse::<DateTime>().expect("a date in a test");
        let noon = at("2024-01-01T12:00:00");
        assert_eq!(
            noon.compare(at("2024-01-01T13:00:00")),
            Some(Ordering::Less)
        );
        assert_eq!(noon.compare(at("2024-01-01T12:00:00Z")), None);
        let utc = at("2024-01-01T12:00:00Z");
        assert_eq!(
            utc.compare(at("2024-01-01T13:00:00+01:00")),
            Some(Ordering::Equal)
        );
        assert_ne!(utc, at("2024-01-01T13:00:00+01:00"));
    }

    proptest! {
        #[test]
        fn every_date_reads_back(ticks in 0..=DateTime::MAX.ticks, offset in -842_i16..=842) {
            let offset = match offset {
                -842 => None,
                -841 | 841 | 842 => Some(Offset::Utc),
                minutes => Some(Offset::Minutes(minutes)),
            };
            let value = DateTime::from_ticks(ticks).and_then(|value| value.with_offset(offset));
            let value = value.expect("in range");
            prop_assert_eq!(value.to_string().parse::<DateTime>(), Ok(value));
            let rebuilt = DateTime::new(
                value.year(), value.month(), value.day(), value.hour(), value.minute(), value.second(),
            )
            .and_then(|rebuilt| rebuilt.with_fraction(value.fraction()))
            .and_then(|rebuilt| rebuilt.with_offset(value.offset()));
            prop_assert_eq!(rebuilt, Some(value));
        }

        #[test]
        fn any_text_is_answered(text in "[-0-9TZ:.+]{0,40}|.*") {
            let _ = text.parse::<DateTime>();
        }
    }
}
