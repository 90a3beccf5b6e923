//! Currencies that an organisation can begin with.

/// A currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217.
    pub code: &'static str,
    /// The name that its row begins with.
    pub name: &'static str,
    /// How amounts are written.
    pub symbol: &'static str,
    /// Digits behind the point.
    pub digits: i64,
}

/// The currency with this code; the first one where there is none.
pub fn find(code: &str) -> Currency {
    ALL.into_iter().find(|one| one.code.eq_ignore_ascii_case(code)).unwrap_or(EURO)
}

const fn of(code: &'static str, name: &'static str, symbol: &'static str, digits: i64) -> Currency {
    Currency { code, name, symbol, digits }
}

const EURO: Currency = of("EUR", "Euro", "€", 2);

/// Those on offer; our own choice of codes, digits by ISO 4217.
pub const ALL: [Currency; 30] = [
    EURO,
    of("AED", "UAE Dirham", "AED", 2),
    of("AUD", "Australian Dollar", "$", 2),
    of("BGN", "Bulgarian Lev", "лв.", 2),
    of("BRL", "Brazilian Real", "R$", 2),
    of("CAD", "Canadian Dollar", "$", 2),
    of("CHF", "Swiss Franc", "CHF", 2),
    of("CNY", "Chinese Yuan", "¥", 2),
    of("CZK", "Czech Koruna", "Kč", 2),
    of("DKK", "Danish Krone", "kr.", 2),
    of("DZD", "Algerian Dinar", "DA", 2),
    of("GBP", "Pound Sterling", "£", 2),
    of("HUF", "Hungarian Forint", "Ft", 2),
    of("INR", "Indian Rupee", "₹", 2),
    of("JPY", "Japanese Yen", "¥", 0),
    of("KRW", "South Korean Won", "₩", 0),
    of("MAD", "Moroccan Dirham", "DH", 2),
    of("MXN", "Mexican Peso", "$", 2),
    of("NOK", "Norwegian Krone", "kr", 2),
    of("NZD", "New Zealand Dollar", "$", 2),
    of("PLN", "Polish Zloty", "zł", 2),
    of("RON", "Romanian Leu", "lei", 2),
    of("SAR", "Saudi Riyal", "SAR", 2),
    of("SEK", "Swedish Krona", "kr", 2),
    of("SGD", "Singapore Dollar", "$", 2),
    of("TND", "Tunisian Dinar", "DT", 3),
    of("TRY", "Turkish Lira", "₺", 2),
    of("USD", "US Dollar", "$", 2),
    of("XAF", "Central African CFA Franc", "FCFA", 0),
    of("XOF", "West African CFA Franc", "CFA", 0),
];
