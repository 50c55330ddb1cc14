//! Conversions to and from the date and time types of other crates, each behind a feature.
//!
//! A value is never shifted and never guessed at. A date and time that says nothing about its zone
//! only becomes a civil one, one that has an offset only an instant or a date and time with an offset;
//! everything else is a [`ConversionError`].

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

use std::fmt;

use crate::{DateTime, Duration, Offset};

/// The other type cannot say what the value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversionError(&'static str);

impl ConversionError {
    const HAS_OFFSET: Self = Self("the date and time has an offset, which a civil one cannot keep");
    const NO_OFFSET: Self = Self("the date and time has no offset, so it is no instant");
    const PRECISION: Self = Self("there is a part finer than 100 ns, which cannot be kept");
    const RANGE: Self = Self("the value is out of the range of the other type");
    const OFFSET: Self = Self("the offset is not one of whole minutes up to 14 hours");
}

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ConversionError {}

#[cfg(any(feature = "chrono", feature = "jiff"))]
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;
const SECOND: i64 = 10_000_000;

impl DateTime {
    #[cfg(any(feature = "chrono", feature = "jiff"))]
    /// Seconds since 1970 and the nanoseconds behind them.
    fn unix(self) -> Result<(i64, u32), ConversionError> {
        let ticks = self.instant().ok_or(ConversionError::NO_OFFSET)? - UNIX_EPOCH;
        let fraction = u32::try_from(ticks.rem_euclid(SECOND)).unwrap_or_default();
        Ok((ticks.div_euclid(SECOND), fraction * 100))
    }

    #[cfg(feature = "chrono")]
    /// The same instant in UTC.
    fn from_unix(seconds: i64, nanoseconds: u32) -> Result<Self, ConversionError> {
        let ticks = seconds
            .checked_mul(SECOND)
            .and_then(|ticks| ticks.checked_add(UNIX_EPOCH));
        let ticks = ticks.ok_or(ConversionError::RANGE)? + i64::from(fraction(nanoseconds)?);
        let value = Self::from_ticks(ticks).and_then(|value| value.with_offset(Some(Offset::Utc)));
        value.ok_or(ConversionError::RANGE)
    }

    /// Of a value that says nothing about its zone.
    fn civil_only(self) -> Result<Self, ConversionError> {
        match self.offset() {
            None => Ok(self),
            Some(_) => Err(ConversionError::HAS_OFFSET),
        }
    }

    /// The offset in minutes, and whether it is UTC.
    fn offset_minutes(self) -> Result<(i16, bool), ConversionError> {
        match self.offset() {
            None => Err(ConversionError::NO_OFFSET),
            Some(Offset::Utc) => Ok((0, true)),
            Some(Offset::Minutes(minutes)) => Ok((minutes, false)),
        }
    }

    fn from_parts(
        (year, month, day): (i32, u32, u32),
        (hour, minute, second): (u32, u32, u32),
        nanoseconds: u32,
    ) -> Result<Self, ConversionError> {
        let fraction = fraction(nanoseconds)?;
        let narrow = |part: u32| u8::try_from(part).unwrap_or(u8::MAX);
        let year = u16::try_from(year).map_err(|_| ConversionError::RANGE)?;
        Self::new(
            year,
            narrow(month),
            narrow(day),
            narrow(hour),
            narrow(minute),
            narrow(second),
        )
        .and_then(|value| value.with_fraction(fraction))
        .ok_or(ConversionError::RANGE)
    }

    /// With an offset in seconds, which is `Z` if it is none.
    fn at_offset(self, seconds: i32) -> Result<Self, ConversionError> {
        if seconds % 60 != 0 {
            return Err(ConversionError::OFFSET);
        }
        let offset = match i16::try_from(seconds / 60) {
            Ok(0) => Offset::Utc,
            Ok(minutes) => Offset::Minutes(minutes),
            Err(_) => return Err(ConversionError::OFFSET),
        };
        self.with_offset(Some(offset))
            .ok_or(ConversionError::OFFSET)
    }
}

impl Duration {
    /// Whole seconds and nanoseconds of the same sign.
    fn parts(self) -> (i64, i32) {
        let (seconds, rest) = (self.ticks() / SECOND, self.ticks() % SECOND);
        (seconds, i32::try_from(rest * 100).unwrap_or_default())
    }

    fn from_nanoseconds(nanoseconds: i128) -> Result<Self, ConversionError> {
        if nanoseconds % 100 != 0 {
            return Err(ConversionError::PRECISION);
        }
        let ticks = i64::try_from(nanoseconds / 100).map_err(|_| ConversionError::RANGE)?;
        Ok(Self::from_ticks(ticks))
    }
}

/// Units of 100 ns; a leap second's are out of range.
fn fraction(nanoseconds: u32) -> Result<u32, ConversionError> {
    if !nanoseconds.is_multiple_of(100) {
        return Err(ConversionError::PRECISION);
    }
    let fraction = nanoseconds / 100;
    let is_less = i64::from(fraction) < SECOND;
    is_less.then_some(fraction).ok_or(ConversionError::RANGE)
}
