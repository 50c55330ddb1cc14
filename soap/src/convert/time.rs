//! `time`.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::ConversionError;
use crate::{DateTime, Duration};

/// Fails if the value has an offset.
impl TryFrom<DateTime> for PrimitiveDateTime {
    type Error = ConversionError;

    fn try_from(value: DateTime) -> Result<Self, ConversionError> {
        civil(value.civil_only()?)
    }
}

/// Fails beyond the years 1 to 9999 and for parts finer than 100 ns.
impl TryFrom<PrimitiveDateTime> for DateTime {
    type Error = ConversionError;

    fn try_from(value: PrimitiveDateTime) -> Result<Self, ConversionError> {
        Self::from_parts(
            (
                value.year(),
                u8::from(value.month()).into(),
                value.day().into(),
            ),
            (
                value.hour().into(),
                value.minute().into(),
                value.second().into(),
            ),
            value.nanosecond(),
        )
    }
}

/// The same clock and offset; fails if the value has none.
impl TryFrom<DateTime> for OffsetDateTime {
    type Error = ConversionError;

    fn try_from(value: DateTime) -> Result<Self, ConversionError> {
        let (minutes, _) = value.offset_minutes()?;
        let offset = UtcOffset::from_whole_seconds(i32::from(minutes) * 60);
        let offset = offset.map_err(|_| ConversionError::OFFSET)?;
        Ok(civil(value)?.assume_offset(offset))
    }
}

/// The same clock and offset, which is `Z` if it is none; fails for offsets with seconds in them.
impl TryFrom<OffsetDateTime> for DateTime {
    type Error = ConversionError;

    fn try_from(value: OffsetDateTime) -> Result<Self, ConversionError> {
        let civil = PrimitiveDateTime::new(value.date(), value.time());
        Self::try_from(civil)?.at_offset(value.offset().whole_seconds())
    }
}

impl From<Duration> for time::Duration {
    fn from(value: Duration) -> Self {
        let (seconds, nanoseconds) = value.parts();
        Self::new(seconds, nanoseconds)
    }
}

/// Fails for parts finer than 100 ns and beyond 10,675,199 days.
impl TryFrom<time::Duration> for Duration {
    type Error = ConversionError;

    fn try_from(value: time::Duration) -> Result<Self, ConversionError> {
        Self::from_nanoseconds(value.whole_nanoseconds())
    }
}

fn civil(value: DateTime) -> Result<PrimitiveDateTime, ConversionError> {
    let range = |_| ConversionError::RANGE;
    let month = Month::try_from(value.month()).map_err(range)?;
    let date = Date::from_calendar_date(value.year().into(), month, value.day()).map_err(range)?;
    let time = Time::from_hms_nano(
        value.hour(),
        value.minute(),
        value.second(),
        value.fraction() * 100,
    );
    Ok(PrimitiveDateTime::new(date, time.map_err(range)?))
}
