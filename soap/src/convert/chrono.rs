//! `chrono`.

use chrono::{DateTime as Moment, Datelike, FixedOffset, NaiveDate, NaiveDateTime};
use chrono::{TimeDelta, Timelike, Utc};

use super::ConversionError;
use crate::{DateTime, Duration};

/// Fails if the value has an offset.
impl TryFrom<DateTime> for NaiveDateTime {
    type Error = ConversionError;

    fn try_from(value: DateTime) -> Result<Self, ConversionError> {
        civil(value.civil_only()?)
    }
}

/// Fails beyond the years 1 to 9999, for parts finer than 100 ns and in leap seconds.
impl TryFrom<NaiveDateTime> for DateTime {
    type Error = ConversionError;

    fn try_from(value: NaiveDateTime) -> Result<Self, ConversionError> {
        Self::from_parts(
            (value.year(), value.month(), value.day()),
            (value.hour(), value.minute(), value.second()),
            value.nanosecond(),
        )
    }
}

/// The same clock and offset; fails if the value has none.
impl TryFrom<DateTime> for Moment<FixedOffset> {
    type Error = ConversionError;

    fn try_from(value: DateTime) -> Result<Self, ConversionError> {
        let (minutes, _) = value.offset_minutes()?;
        let offset = FixedOffset::east_opt(i32::from(minutes) * 60);
        let moment = civil(value)?.and_local_timezone(offset.ok_or(ConversionError::OFFSET)?);
        moment.single().ok_or(ConversionError::RANGE)
    }
}

/// The same clock and offset, which is `Z` if it is none; fails for offsets with seconds in them.
impl TryFrom<Moment<FixedOffset>> for DateTime {
    type Error = ConversionError;

    fn try_from(value: Moment<FixedOffset>) -> Result<Self, ConversionError> {
        let seconds = value.offset().local_minus_utc();
        Self::try_from(value.naive_local())?.at_offset(seconds)
    }
}

/// The instant; fails if the value has no offset.
impl TryFrom<DateTime> for Moment<Utc> {
    type Error = ConversionError;

    fn try_from(value: DateTime) -> Result<Self, ConversionError> {
        let (seconds, nanoseconds) = value.unix()?;
        Self::from_timestamp(seconds, nanoseconds).ok_or(ConversionError::RANGE)
    }
}

/// In UTC; fails beyond the years 1 to 9999, for parts finer than 100 ns and in leap seconds.
impl TryFrom<Moment<Utc>> for DateTime {
    type Error = ConversionError;

    fn try_from(value: Moment<Utc>) -> Result<Self, ConversionError> {
        Self::from_unix(value.timestamp(), value.timestamp_subsec_nanos())
    }
}

impl From<Duration> for TimeDelta {
    fn from(value: Duration) -> Self {
        let (seconds, nanoseconds) = value.parts();
        // All spans of ours are within the range of this type, which is far larger.
        let seconds = Self::try_seconds(seconds).unwrap_or_default();
        seconds + Self::nanoseconds(nanoseconds.into())
    }
}

/// Fails for parts finer than 100 ns and beyond 10,675,199 days.
impl TryFrom<TimeDelta> for Duration {
    type Error = ConversionError;

    fn try_from(value: TimeDelta) -> Result<Self, ConversionError> {
        let seconds = i128::from(value.num_seconds()) * 1_000_000_000;
        Self::from_nanoseconds(seconds + i128::from(value.subsec_nanos()))
    }
}

fn civil(value: DateTime) -> Result<NaiveDateTime, ConversionError> {
    let (year, month, day) = (value.year(), value.month(), value.day());
    let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
    let time = date.and_then(|date| {
        date.and_hms_nano_opt(
            value.hour().into(),
            value.minute().into(),
            value.second().into(),
            value.fraction() * 100,
        )
    });
    time.ok_or(ConversionError::RANGE)
}
