//! Numbers as people read them, the same way on screen, in charts, in reports and in the terminal. Full precision belongs
//! into a tooltip, a `data-value` or JSON: see [`exact`].

/// A whole number that counts something.
pub trait Count: Copy {
    /// The number; none of those that implement this is wider.
    fn as_u64(self) -> u64;
}

impl Count for u32 {
    fn as_u64(self) -> u64 {
        u64::from(self)
    }
}

impl Count for u64 {
    fn as_u64(self) -> u64 {
        self
    }
}

impl Count for usize {
    fn as_u64(self) -> u64 {
        self as u64
    }
}

/// A count with thousands separated: `20,640`.
pub fn count(n: impl Count) -> String {
    grouped(&n.as_u64().to_string())
}

/// A count and its noun: `1 row`, `891 rows`.
pub fn counted(n: impl Count, one: &str, many: &str) -> String {
    let n = n.as_u64();
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A count and its share of a total in one cell: `177 · 19.9 %`.
pub fn count_share(n: impl Count, total: impl Count) -> String {
    match (n.as_u64(), total.as_u64()) {
        (0, _) => "0".to_owned(),
        (n, total) => format!("{} · {}", count(n), percent(n as f64 / total.max(1) as f64)),
    }
}

/// A number to three significant digits, whole where it has four or more before the point: `0.0123`, `12.3`, `20,640`,
/// `1.24 M`. Four digits stand without a comma, because they are often years: `2014`.
pub fn number(x: f64) -> String {
    if let Some(text) = extreme(x) {
        return text;
    }
    let size = x.abs();
    for (limit, unit) in [(1e12, " T"), (1e9, " G"), (1e6, " M")] {
        if size >= limit {
            return signed(&format!("{}{unit}", significant(x / limit)));
        }
    }
    signed(&significant(x))
}

/// A number where room is dear, as at the ticks of an axis: without trailing zeros, with a letter from ten thousand:
/// `0.125`, `28`, `1234`, `12.35k`, `1.2M`. A digit more than [`number`], so that neighbouring ticks differ.
pub fn compact(x: f64) -> String {
    if let Some(text) = extreme(x) {
        return text;
    }
    let size = x.abs();
    let (unit, letter) = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        .into_iter()
        .find(|(unit, _)| size >= *unit && size >= 1e4)
        .unwrap_or((1.0, ""));
    let (x, size) = (x / unit, size / unit);
    let decimals = match size {
        1000.0.. => 0,
        100.0.. => 1,
        10.0.. => 2,
        0.1.. => 3,
        0.01.. => 4,
        0.001.. => 5,
        _ => 6,
    };
    let text = format!("{x:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    signed(&format!("{text}{letter}"))
}

/// What neither [`number`] nor [`compact`] writes with digits before and behind a point.
fn extreme(x: f64) -> Option<String> {
    let size = x.abs();
    if !x.is_finite() {
        Some("–".to_owned())
    } else if size == 0.0 {
        Some("0".to_owned())
    } else if !(1e-4..1e15).contains(&size) {
        Some(format!("{x:.2e}").replace('-', "−"))
    } else {
        None
    }
}

/// Three significant digits; integers whole.
fn significant(x: f64) -> String {
    let size = x.abs();
    if x.fract() == 0.0 || size >= 1000.0 {
        let text = format!("{x:.0}");
        return if size < 9999.5 { text } else { grouped(&text) };
    }
    let decimals = match size {
        10.0.. => 1,
        1.0.. => 2,
        0.1.. => 3,
        0.01.. => 4,
        _ => 5,
    };
    format!("{x:.decimals$}")
}

/// A number with so many decimals, as a column of them has it. What rounds to nothing has no sign.
pub fn fixed(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{x:.decimals$}");
    match text.strip_prefix('-') {
        Some(size) if size.bytes().all(|byte| matches!(byte, b'0' | b'.')) => size.to_owned(),
        _ => signed(&text),
    }
}

/// The shortest text that reads back as the same number.
pub fn exact(x: f64) -> String {
    x.to_string()
}

/// A share of 1 as a percentage: `19.9 %`, `< 0.1 %`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        "–".to_owned()
    } else if percent > 0.0 && percent < 0.1 {
        "< 0.1 %".to_owned()
    } else if percent > 99.9 && percent < 100.0 {
        "> 99.9 %".to_owned()
    } else if percent == 0.0 || percent == 100.0 {
        format!("{percent:.0} %")
    } else {
        format!("{} %", fixed(percent, 1))
    }
}

/// The probability of a test: `0.0124`, `< 0.0001`.
pub fn p_value(p: f64) -> String {
    if p < 1e-4 {
        "< 0.0001".to_owned()
    } else {
        fixed(p, 4)
    }
}

/// Bytes in decimal units: `61.2 kB`.
pub fn bytes(n: f64) -> String {
    for (limit, unit) in [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")] {
        if n >= limit {
            return format!("{} {unit}", significant_short(n / limit));
        }
    }
    format!("{n:.0} B")
}

/// A duration: `40 ms`, `3.21 s`, `2 min 5 s`.
pub fn duration_ms(ms: f64) -> String {
    if ms < 1000.0 {
        return format!("{ms:.0} ms");
    }
    let seconds = ms / 1000.0;
    if seconds < 59.95 {
        return format!("{} s", significant_short(seconds));
    }
    let whole = seconds.round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

fn significant_short(x: f64) -> String {
    match x {
        100.0.. => format!("{x:.0}"),
        10.0.. => format!("{x:.1}"),
        _ => format!("{x:.2}"),
    }
}

/// A true minus sign, which is as wide as a digit.
fn signed(text: &str) -> String {
    text.replacen('-', "−", 1)
}

/// With thousands apart before the point.
fn grouped(number: &str) -> String {
    let start = usize::from(number.starts_with('-'));
    let point = number.find('.').unwrap_or(number.len());
    let mut out = String::with_capacity(number.len() + number.len() / 3);
    for (at, c) in number.char_indices() {
        if at > start && at < point && (point - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(0_usize), "0");
        assert_eq!(count(999_u32), "999");
        assert_eq!(count(20_640_usize), "20,640");
        assert_eq!(count(1_234_567_u64), "1,234,567");
        assert_eq!(counted(1_usize, "row", "rows"), "1 row");
        assert_eq!(count_share(177_usize, 891_usize), "177 · 19.9 %");
        assert_eq!(count_share(5_u64, 20_640_u64), "5 · < 0.1 %");
        assert_eq!(count_share(0_u64, 20_640_u64), "0");
    }

    #[test]
    fn numbers_have_three_digits() {
        for (x, expected) in [
            (0.0, "0"),
            (0.012_345, "0.0123"),
            (12.345, "12.3"),
            (28.0, "28"),
            (2014.0, "2014"),
            (9999.9, "10,000"),
            (500_001.0, "500,001"),
            (-500_001.0, "−500,001"),
            (1_236_000.0, "1.24 M"),
            (-1.5, "−1.50"),
            (3.62e-18, "3.62e−18"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(number(x), expected, "{x}");
        }
    }

    #[test]
    fn ticks_are_short_and_differ() {
        for (x, expected) in [
            (0.0, "0"),
            (0.125, "0.125"),
            (28.0, "28"),
            (512.3292, "512.3"),
            (1234.0, "1234"),
            (12_345.0, "12.35k"),
            (500_001.0, "500k"),
            (1_200_000.0, "1.2M"),
            (-0.012_345, "−0.0123"),
            (-1234.0, "−1234"),
            (f64::NAN, "–"),
            (1e-9, "1.00e−9"),
        ] {
            assert_eq!(compact(x), expected, "{x}");
        }
    }

    #[test]
    fn columns_have_their_decimals() {
        assert_eq!(fixed(0.8571, 3), "0.857");
        assert_eq!(fixed(-0.8571, 2), "−0.86");
        assert_eq!(fixed(-0.0004, 3), "0.000");
        assert_eq!(fixed(f64::INFINITY, 3), "–");
        assert_eq!(p_value(0.012_44), "0.0124");
        assert_eq!(p_value(1e-9), "< 0.0001");
        assert_eq!(p_value(f64::NAN), "–");
    }

    #[test]
    fn shares_near_the_ends_say_so() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.000_1), "< 0.1 %");
        assert_eq!(percent(0.999_9), "> 99.9 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(f64::NAN), "–");
    }

    #[test]
    fn times_and_sizes_have_units() {
        assert_eq!(duration_ms(40.2), "40 ms");
        assert_eq!(duration_ms(3_210.0), "3.21 s");
        assert_eq!(duration_ms(125_000.0), "2 min 5 s");
        assert_eq!(bytes(61_194.0), "61.2 kB");
        assert_eq!(bytes(12.0), "12 B");
    }
}
