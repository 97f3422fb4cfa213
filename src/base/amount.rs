//! Exact decimal figures, and how an office writes them.

use rust_decimal::{Decimal, RoundingStrategy};

/// A figure. Never a float: a workbook's float becomes one of these once, at the door.
pub type Amount = Decimal;

/// Decimals of a percentage where programs read it.
pub const PERCENT_DECIMALS: u32 = 4;

/// The decimal that a workbook's float stands for, at the 15 significant digits that Excel keeps.
/// `None` for what no figure can be: not a number, infinite, 10^15 and more.
pub fn from_float(float: f64) -> Option<Amount> {
    if !float.is_finite() || float.abs() >= 1e15 {
        return None;
    }
    if float.fract() == 0.0 {
        return Some(Decimal::from(float as i64));
    }
    // Not `Decimal::try_from`: it keeps 16 digits of some floats, and makes 4396602521.77 a …770001.
    let text = format!("{float:.14e}");
    let (digits, exponent) = text.split_once('e')?;
    let mut digits: i64 = digits.replace('.', "").parse().ok()?;
    let mut scale = 14 - exponent.parse::<i64>().ok()?;
    while scale > 0 && digits % 10 == 0 || scale > i64::from(Decimal::MAX_SCALE) {
        digits /= 10;
        scale -= 1;
        if digits == 0 {
            return Some(Decimal::ZERO);
        }
    }
    Some(Decimal::new(digits, u32::try_from(scale).ok()?))
}

/// Rounds half away from zero, as offices do (never banker's rounding).
pub fn round(amount: Amount, decimals: u32) -> Amount {
    amount.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// `part` as a percentage of `whole`, unrounded; `None` where the whole is zero.
pub fn percent(part: Amount, whole: Amount) -> Option<Amount> {
    part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)
}

/// `55.599,7`: a dot between thousands, a decimal comma, at most `decimals` decimals and no trailing zeros.
pub fn vietnamese(amount: Amount, decimals: u32) -> String {
    written(round(amount, decimals).normalize())
}

/// `100,0`: as [`vietnamese`], with exactly `decimals` decimals.
pub fn vietnamese_fixed(amount: Amount, decimals: u32) -> String {
    let mut amount = round(amount, decimals);
    amount.rescale(decimals);
    written(amount)
}

/// As in prose, where counts from 1 to 9 are padded: `05 cuộc`.
pub fn in_prose(amount: Amount, decimals: u32) -> String {
    let text = vietnamese(amount, decimals);
    if text.len() == 1 && text != "0" { format!("0{text}") } else { text }
}

fn written(amount: Amount) -> String {
    let digits = amount.abs().to_string();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::with_capacity(digits.len() + 8);
    if amount.is_sign_negative() && !amount.is_zero() {
        text.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(',');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_the_vietnamese_way() {
        for (amount, decimals, expected) in [
            ("27900", 0, "27.900"),
            ("55599.7", 1, "55.599,7"),
            ("649003", 2, "649.003"),
            ("-1234567.50", 2, "-1.234.567,5"),
            ("2.5", 0, "3"),
            ("-0.4", 0, "0"),
            ("999", 0, "999"),
        ] {
            assert_eq!(vietnamese(amount.parse().unwrap(), decimals), expected);
        }
        assert_eq!(vietnamese_fixed(100.into(), 1), "100,0");
        assert_eq!(in_prose(7.into(), 0), "07");
        assert_eq!(in_prose(0.into(), 0), "0");
        assert_eq!(in_prose(12.into(), 0), "12");
    }

    #[test]
    fn floats_lose_their_binary_noise() {
        for (float, expected) in
            [(33.800000000000004, "33.8"), (0.1 + 0.2, "0.3"), (27900.0, "27900"), (8439.7, "8439.7")]
                .into_iter()
                .chain([
                    (4396602521.77, "4396602521.77"),
                    (-0.07, "-0.07"),
                    (123456789012340.02, "123456789012340"),
                    (1e-300, "0"),
                    (1.5e-27, "0.0000000000000000000000000015"),
                ])
        {
            assert_eq!(from_float(float).unwrap().to_string(), expected);
        }
        assert_eq!(from_float(f64::NAN), None);
        assert_eq!(from_float(1e300), None);
    }
}
