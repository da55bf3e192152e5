//! Numbers and text as the page shows them.

/// Text made safe inside HTML elements and quoted attributes. File names and error names come from outside.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// An identifier as HTML that may break before its capitals and nowhere else.
pub fn identifier(name: &str) -> String {
    let mut out = String::from("<code>");
    for (n, c) in name.chars().enumerate() {
        if n > 0 && c.is_uppercase() {
            out.push_str("<wbr>");
        }
        out.push_str(&escape(c.encode_utf8(&mut [0; 4])));
    }
    out + "</code>"
}

/// A count with thousands separators.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A count with its noun: "1 keeper", "2 keepers".
pub fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n == 1 { "" } else { "s" })
}

/// Atoms as dollars and cents. Less than a cent but not nothing says so: a zero on this page is a real zero.
pub fn money(atoms: u64) -> String {
    let cents = (u128::from(atoms) + 5_000) / 10_000;
    if cents == 0 && atoms > 0 {
        return "<\u{a0}$0.01".into();
    }
    let dollars = u64::try_from(cents / 100).expect("an eighteenth of a million of a u64");
    format!("${}.{:02}", count(dollars), cents % 100)
}

/// A ratio as a percentage, rounded down: a share that is not whole must not read as 100 %. The spaces do not break.
pub fn ratio(share: f64) -> String {
    if !share.is_finite() {
        return "–".into();
    }
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.01 {
        return "<\u{a0}0.01\u{a0}%".into();
    }
    // The nudge undoes binary rounding, as in 0.29 * 100 = 28.999999999999996.
    let hundredths = (percent * 100.0 + 1e-7).floor() / 100.0;
    format!("{}\u{a0}%", trimmed(hundredths, 2))
}

/// `part` of `whole` as a percentage; a dash when there is no whole.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".into();
    }
    ratio(part as f64 / whole as f64)
}

/// A price with as many decimals as its size asks for.
pub fn price(value: f64) -> String {
    grouped(value, decimals_for(value.abs() / 1_000.0))
}

/// Decimals that tell apart values `step` apart.
pub fn decimals_for(step: f64) -> usize {
    if step > 0.0 && step.is_finite() {
        (-step.log10()).ceil().clamp(0.0, 12.0) as usize
    } else {
        2
    }
}

/// A number with fixed decimals and thousands separators.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let whole = whole.parse().map_or_else(|_| whole.to_string(), count);
    let sign = if value < 0.0 { "−" } else { "" };
    rest.map_or_else(|| format!("{sign}{whole}"), |rest| format!("{sign}{whole}.{rest}"))
}

/// Dollars on an axis whose labels are `step` apart: "$1.25M".
pub fn axis_money(value: f64, step: f64) -> String {
    if value.abs() < step * 1e-6 {
        return "$0".into();
    }
    let (scale, suffix) = match value.abs().max(step) {
        v if v >= 1e9 => (1e9, "B"),
        v if v >= 1e6 => (1e6, "M"),
        v if v >= 1e4 => (1e3, "k"),
        _ => (1.0, ""),
    };
    // One more decimal than the step's order, for steps such as 2.5; zeros that say nothing are dropped.
    let decimals = (decimals_for(step / scale) + 1).min(12);
    let text = trimmed(value.abs() / scale, decimals);
    format!("{}${text}{suffix}", if value < 0.0 { "−" } else { "" })
}

fn trimmed(value: f64, decimals: usize) -> String {
    let text = grouped(value, decimals);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}
