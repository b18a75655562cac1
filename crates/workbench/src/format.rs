//! Numbers as people read them. Full precision belongs into a tooltip or a `data-value`: see [`exact`].

use tabwright_engine::metrics::{Metric, Unit};

/// A count with thousands separated: `20,640`.
pub fn count(n: usize) -> String {
    grouped(&n.to_string())
}

/// A count and its noun: `1 row`, `891 rows`.
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A number to three significant digits, whole where it has four or more before the point: `0.0123`, `12.3`, `20,640`,
/// `1.24 M`.
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return "–".to_owned();
    }
    let size = x.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-4) {
        return format!("{x:.2e}").replace('-', "−");
    }
    for (limit, unit) in [(1e12, " T"), (1e9, " G"), (1e6, " M")] {
        if size >= limit {
            return signed(&format!("{}{unit}", significant(x / limit)));
        }
    }
    signed(&significant(x))
}

/// Three significant digits; integers whole.
fn significant(x: f64) -> String {
    let size = x.abs();
    if x.fract() == 0.0 || size >= 1000.0 {
        return grouped(&format!("{x:.0}"));
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

/// The shortest text that reads back as the same number.
pub fn exact(x: f64) -> String {
    x.to_string()
}

/// A share of 1 as a percentage: `19.9 %`, `< 0.1 %`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.1 {
        "< 0.1 %".to_owned()
    } else if percent > 99.9 && percent < 100.0 {
        "> 99.9 %".to_owned()
    } else if percent == 0.0 || percent == 100.0 {
        format!("{percent:.0} %")
    } else {
        format!("{percent:.1} %")
    }
}

/// A count and its share of a total in one cell: `177 · 19.9 %`.
pub fn count_share(n: usize, total: usize) -> String {
    if n == 0 {
        "0".to_owned()
    } else {
        format!("{} · {}", count(n), percent(n as f64 / total.max(1) as f64))
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

/// A duration: `40 ms`, `3.2 s`, `2 min 5 s`.
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

/// A metric with the decimals that its column always has: three, or as [`number`] for errors in the target's unit.
pub fn metric(metric: Metric, value: f64) -> String {
    match metric.unit() {
        Unit::Target => number(value),
        // What rounds to nothing has no sign.
        Unit::None if value.abs() < 0.0005 => "0.000".to_owned(),
        Unit::None => signed(&format!("{value:.3}")),
    }
}

fn significant_short(x: f64) -> String {
    if x >= 100.0 {
        format!("{x:.0}")
    } else if x >= 10.0 {
        format!("{x:.1}")
    } else {
        format!("{x:.2}")
    }
}

/// A true minus sign, which is as wide as a digit.
fn signed(text: &str) -> String {
    text.replacen('-', "−", 1)
}

fn grouped(digits: &str) -> String {
    let (sign, digits) = digits
        .strip_prefix('-')
        .map_or(("", digits), |rest| ("-", rest));
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    out.push_str(sign);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(20_640), "20,640");
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(count_share(177, 891), "177 · 19.9 %");
    }

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(number(0.012_345), "0.0123");
        assert_eq!(number(12.345), "12.3");
        assert_eq!(number(500_001.0), "500,001");
        assert_eq!(number(1_236_000.0), "1.24 M");
        assert_eq!(number(-1.5), "−1.50");
        assert_eq!(number(f64::NAN), "–");
    }

    #[test]
    fn shares_near_the_ends_say_so() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.000_1), "< 0.1 %");
        assert_eq!(percent(0.999_9), "> 99.9 %");
        assert_eq!(percent(1.0), "100 %");
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
