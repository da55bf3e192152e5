//! UTC dates and clock times, and where a time axis has its ticks.

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// Milliseconds of a day.
pub const DAY: i64 = 24 * HOUR;

/// Distances between ticks that people read without counting.
const STEPS: [i64; 24] = [
    SECOND,
    5 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    5 * DAY,
    10 * DAY,
    30 * DAY,
    90 * DAY,
    360 * DAY,
    3_600 * DAY,
    36_000 * DAY,
];

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// The smallest readable step of which at most `most` fit into `span`.
pub fn step(span: i64, most: i64) -> i64 {
    STEPS.into_iter().find(|step| span / step <= most).unwrap_or(STEPS[STEPS.len() - 1])
}

/// Multiples of `step` between `from` and `to`.
pub fn ticks(from: i64, to: i64, step: i64) -> Vec<i64> {
    let first = from.div_euclid(step) * step;
    (0..).map(|n| first + n * step).skip_while(|t| *t < from).take_while(|t| *t <= to).collect()
}

/// A tick's label: the clock, with seconds only where ticks need them; the day at midnight, where more than one is shown.
pub fn label(ms: i64, step: i64, span: i64) -> String {
    if step >= DAY || (span > DAY && ms.rem_euclid(DAY) == 0) {
        let (_, month, day) = civil(ms);
        return format!("{day} {}", &MONTHS[month][..3]);
    }
    if step < MINUTE {
        format!("{}:{:02}", clock(ms), ms.rem_euclid(MINUTE) / SECOND)
    } else {
        clock(ms)
    }
}

/// "21:16".
pub fn clock(ms: i64) -> String {
    let of_day = ms.rem_euclid(DAY);
    format!("{:02}:{:02}", of_day / HOUR, of_day % HOUR / MINUTE)
}

/// "10 October 2025".
pub fn date(ms: i64) -> String {
    let (year, month, day) = civil(ms);
    format!("{day} {} {year}", MONTHS[month])
}

/// A moment within a run of length `span`: the clock, and the day where the run has several.
pub fn moment(ms: i64, span: i64) -> String {
    if span > DAY {
        let (_, month, day) = civil(ms);
        format!("{} on {day} {}", clock(ms), MONTHS[month])
    } else {
        clock(ms)
    }
}

/// The days from one moment to another: "10 October 2025", or "6 to 12 November 2022".
pub fn dates(from: i64, to: i64) -> String {
    let ((y0, m0, d0), (y1, m1, d1)) = (civil(from), civil(to));
    let last = date(to);
    match ((y0, m0, d0) == (y1, m1, d1), (y0, m0) == (y1, m1), y0 == y1) {
        (true, ..) => last,
        (_, true, _) => format!("{d0} to {last}"),
        (_, _, true) => format!("{d0} {} to {last}", MONTHS[m0]),
        _ => format!("{} to {last}", date(from)),
    }
}

/// A tick step in words: "30 s", "15 min".
pub fn interval(step: i64) -> String {
    match step {
        _ if step < MINUTE => format!("{} s", step / SECOND),
        _ if step < HOUR => format!("{} min", step / MINUTE),
        _ if step < DAY => format!("{} h", step / HOUR),
        _ => format!("{} d", step / DAY),
    }
}

/// How long something took: "12 h 5 min", "48.2 s".
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "–".into();
    }
    if seconds < 100.0 {
        return format!("{seconds:.1} s");
    }
    let minutes = (seconds / 60.0).round() as u64;
    match (minutes / 1_440, minutes / 60 % 24, minutes % 60) {
        (0, 0, m) => format!("{m} min"),
        (0, h, m) => format!("{h} h {m} min"),
        (d, h, m) => format!("{d} d {h} h {m} min"),
    }
}

/// Year, month from 0, day: the usual computation over eras of 400 years that begin in March.
fn civil(ms: i64) -> (i64, usize, i64) {
    let days = ms.div_euclid(DAY) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12;
    let year = era * 400 + year_of_era + i64::from(month < 2);
    (year, usize::try_from(month).expect("below 12"), day)
}
