//! `xs:duration` as .NET's `TimeSpan` means it.

use std::fmt;
use std::str::FromStr;

use crate::datetime::fraction;
use crate::error::ParseError;
use crate::numbers::Digits;
use crate::{DecodeError, Element, Kind, Reader, Value, View, Writer};

const SECOND: i128 = 10_000_000;

/// A span of time in units of 100 ns, positive or negative, of up to 29,000 years.
///
/// Days are the largest unit; a message that counts in months or years is refused, because nobody
/// knows how long those are.
///
/// ```
/// use superoffice_soap::Duration;
///
/// let span: Duration = "P1DT12H".parse()?;
/// assert_eq!(span, Duration::from_seconds(36 * 60 * 60).expect("not too long"));
/// assert_eq!(span.to_string(), "P1DT12H");
/// assert_eq!(std::time::Duration::try_from(span)?.as_secs(), 129_600);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

impl Duration {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// `P10675199DT2H48M5.4775807S`
    pub const MAX: Self = Self(i64::MAX);
    /// `-P10675199DT2H48M5.4775808S`
    pub const MIN: Self = Self(i64::MIN);

    /// A number of 100 ns.
    pub const fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// A number of seconds; `None` if they are too many.
    pub const fn from_seconds(seconds: i64) -> Option<Self> {
        match seconds.checked_mul(SECOND as i64) {
            Some(ticks) => Some(Self(ticks)),
            None => None,
        }
    }

    /// The number of 100 ns.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded towards zero.
    pub const fn seconds(self) -> i64 {
        self.0 / SECOND as i64
    }

    fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let text = text.strip_prefix('P')?;
        let (days, clock) = match text.split_once('T') {
            Some((_, "")) => return None,
            Some((days, clock)) => (days, clock),
            None if text.is_empty() => return None,
            None => (text, ""),
        };
        let mut total = 0;
        if !days.is_empty() {
            total += whole(days.strip_suffix('D')?)? * 86_400 * SECOND;
        }
        let mut clock = clock;
        for (unit, seconds) in [('H', 3600), ('M', 60)] {
            if let Some((number, rest)) = clock.split_once(unit) {
                total += whole(number)? * seconds * SECOND;
                clock = rest;
            }
        }
        if !clock.is_empty() {
            let number = clock.strip_suffix('S')?;
            let (seconds, part) = match number.split_once('.') {
                Some((seconds, part)) => (seconds, i128::from(fraction(part.as_bytes())?)),
                None => (number, 0),
            };
            total += whole(seconds)? * SECOND + part;
        }
        i64::try_from(if negative { -total } else { total })
            .ok()
            .map(Self)
    }

    fn text(self) -> Digits {
        let total = self.0.unsigned_abs();
        let second = SECOND as u64;
        let (days, clock) = (total / (86_400 * second), total % (86_400 * second));
        let mut text = Digits::empty();
        if self.0 < 0 {
            text.byte(b'-');
        }
        text.byte(b'P');
        if days > 0 {
            text.number(days as u32, 1);
            text.byte(b'D');
        }
        if clock > 0 || days == 0 {
            text.byte(b'T');
        }
        for (unit, seconds) in [(b'H', 3600), (b'M', 60)] {
            let number = clock / (seconds * second) % if unit == b'H' { 24 } else { 60 };
            if number > 0 {
                text.number(number as u32, 1);
                text.byte(unit);
            }
        }
        let part = clock % (60 * second);
        if part > 0 || total == 0 {
            text.number((part / second) as u32, 1);
            text.fraction((part % second) as u32);
            text.byte(b'S');
        }
        text
    }
}

/// A number that is small enough to be added up without overflow.
fn whole(digits: &str) -> Option<i128> {
    if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl FromStr for Duration {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text).ok_or(ParseError::new(
            "xs:duration of days, hours, minutes and seconds",
        ))
    }
}

/// Rounds down to 100 ns; fails beyond [`Duration::MAX`].
impl TryFrom<std::time::Duration> for Duration {
    type Error = ParseError;

    fn try_from(span: std::time::Duration) -> Result<Self, ParseError> {
        let ticks = i64::try_from(span.as_nanos() / 100);
        ticks
            .map(Self)
            .map_err(|_| ParseError::new("at most 10675199 days"))
    }
}

/// Fails if the span is negative.
impl TryFrom<Duration> for std::time::Duration {
    type Error = ParseError;

    fn try_from(span: Duration) -> Result<Self, ParseError> {
        let ticks = u64::try_from(span.0).map_err(|_| ParseError::new("no negative span"))?;
        let second = SECOND as u64;
        Ok(Self::new(ticks / second, (ticks % second) as u32 * 100))
    }
}

impl Value for Duration {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        *self = r.parse("xs:duration", Self::parse)?.unwrap_or_default();
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        w.plain(element, self.text().as_bytes());
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

    #[test]
    fn writes_what_dotnet_writes() {
        for text in [
            "PT0S",
            "P1D",
            "P1DT12H",
            "-PT15M",
            "PT0.0000001S",
            "PT1H0.5S",
            "P10675199DT2H48M5.4775807S",
            "-P10675199DT2H48M5.4775808S",
        ] {
            assert_eq!(
                text.parse::<Duration>()
                    .map(|span| span.to_string())
                    .as_deref(),
                Ok(text)
            );
        }
        assert_eq!(Duration::MAX.to_string(), "P10675199DT2H48M5.4775807S");
    }

    #[test]
    fn reads_amounts_beyond_their_unit() {
        assert_eq!("PT36H".parse(), "P1DT12H".parse::<Duration>());
        assert_eq!("P0DT90M".parse(), "PT1H30M".parse::<Duration>());
    }

    #[test]
    fn refuses_what_is_no_span_or_too_long() {
        for text in [
            "",
            "P",
            "PT",
            "-P",
            "P1",
            "P1DT",
            "1D",
            "P1Y",
            "P1M",
            "P1Y2M3D",
            "P1H",
            "PT1D",
            "PT1M1H",
            "PT1.S",
            "PT.5S",
            "PT1.00000001S",
            "P-1D",
            "+P1D",
            "P 1D",
            "PT1S1S",
            "P10675200D",
            "P10675199DT2H48M5.4775808S",
            "P99999999999999999999999D",
        ] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_span_reads_back(ticks: i64) {
            let span = Duration::from_ticks(ticks);
            prop_assert_eq!(span.to_string().parse::<Duration>(), Ok(span));
        }

        #[test]
        fn short_spans_read_back(ticks in -20_000_000_000_i64..20_000_000_000) {
            let span = Duration::from_ticks(ticks);
            prop_assert_eq!(span.to_string().parse::<Duration>(), Ok(span));
        }

        #[test]
        fn any_text_is_answered(text in "-?P[0-9DTHMS.]{0,30}|.*") {
            let _ = text.parse::<Duration>();
        }
    }
}
